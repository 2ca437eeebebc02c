"""Whose deal it is, in plain Python: identities, policies, claims, rules, rulings, crediting.

Follows docs/decisions/0008-attribution.md and 0009-disputes.md, paragraph by paragraph.
"""
