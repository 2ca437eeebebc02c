"""One kind of component a file, each of the same shape: facts and versions in, entitlements out.

An entitlement is what a key would be worth if every contract had always stood as at the end of a
period; a frame of them has one row a key and period at which it changed (EARNED, before the
differences are taken).
"""
