"""May it, must it, is it valid: decisions, without a database, HTTP or a clock.

Every door asks here before an operation writes, so that the admin, the seed, an import and the API
give the same answer in the same words.
"""
