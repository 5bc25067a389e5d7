"""Public values told in other languages: no HTTP, no queries, no clock."""
