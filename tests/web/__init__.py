"""The staff pages, as the promises made to those who use them."""
