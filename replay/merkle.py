"""The root of a Merkle tree that grows by leaves, as in RFC 6962, section 2.1."""

from hashlib import sha256

_NODE = b"\x01"


class MerkleTree:
    """A tree over leaf hashes; it keeps one hash for each power of two in their number.

    The hash of a leaf has the prefix 0x00 of the RFC in it already, see `schemas.recorded.leaf`.
    """

    def __init__(self) -> None:
        self._whole: list[tuple[int, bytes]] = []
        """Subtrees of falling sizes, each a power of two: so many leaves, their hash."""

    def add(self, leaf: bytes) -> None:
        """One more leaf, on the right."""
        leaves, right = 1, leaf
        while self._whole and self._whole[-1][0] == leaves:
            _, left = self._whole.pop()
            leaves, right = 2 * leaves, _joined(left, right)
        self._whole.append((leaves, right))

    def root(self) -> bytes:
        """The root over the leaves so far: 32 bytes."""
        if not self._whole:
            return sha256().digest()
        *others, (_, root) = self._whole
        for _, left in reversed(others):
            root = _joined(left, root)
        return root


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
