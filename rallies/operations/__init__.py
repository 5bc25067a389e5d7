"""The only room that writes. One function is one transaction.

Each ends by writing the public line of history and moving the stamps, last, in one fixed order.
"""
