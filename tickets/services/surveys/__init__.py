"""Surveys: planned with a resolution, sent by the beat, answered by customers, followed up."""
