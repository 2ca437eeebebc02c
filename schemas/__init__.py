"""The vocabulary: what can be said to Evenhand, and what it says back. It computes nothing."""
