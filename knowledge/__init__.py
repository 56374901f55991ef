"""Knowledge: what customers looked for themselves before they asked."""
