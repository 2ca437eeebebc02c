"""What stops a run. What was finished is kept: the same command goes on with what is missing."""

from typing import ClassVar

from schemas.errors import Malformed, Missing, Refused

_AGAIN = "run the same command again, and it goes on with what is missing"
MEBIBYTE = 2**20


class RunCancelled(Refused):
    """Somebody stopped a run before its end."""

    code = "run-cancelled"

    def __init__(self, stage: str, finished: int, buckets: int) -> None:
        self.stage, self.finished, self.buckets = stage, finished, buckets
        super().__init__(
            f"The run was stopped in the stage {stage}, with {finished} of {buckets} buckets done. "
            f"Nothing of these is lost: {_AGAIN}."
        )


class WorkerDied(Refused):
    """The process that computed a bucket is gone."""

    code = "worker-died"

    def __init__(self, bucket: int, how: str) -> None:
        self.bucket, self.how = bucket, how
        super().__init__(
            f"Bucket {bucket} was being computed, and its worker ended ({how}). If memory was "
            f"short, use fewer --workers or more --buckets, or set --memory. Else {_AGAIN}."
        )


class BucketTooLarge(Refused):
    """A bucket does not fit in the memory that a run may use."""

    code = "bucket-too-large"

    def __init__(self, bucket: int, limit_bytes: int) -> None:
        self.bucket, self.limit_bytes = bucket, limit_bytes
        super().__init__(
            f"Bucket {bucket} was to be computed in {limit_bytes // MEBIBYTE} MiB, and needs more. "
            "Allow more with --memory, or cut the work into more --buckets."
        )


class CaseStoreDamaged(Refused):
    """A file of a case store is gone, or is not what it was when the store was made."""

    code = "case-store-damaged"

    def __init__(self, place: str, file: str) -> None:
        self.place, self.file = place, file
        super().__init__(
            f"The case store in {place} was to be read, and its file {file} is not as it was made; "
            "nothing is computed from it. Everything in it can be made again: run evenhand "
            "segments drop, then evenhand segments seal."
        )


class OtherHashes(Refused):
    """A case store was made by another version of polars, which hashes names otherwise."""

    code = "other-hashes"

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"The case store in {place} was to be read, and another version of polars made it: "
            "names are not found there by this one. Have one version on all machines."
        )


class BucketFailed(Refused):
    """Spark gave up on a bucket."""

    code = "bucket-failed"

    def __init__(self, bucket: int, reason: str) -> None:
        self.bucket, self.reason = bucket, reason
        super().__init__(
            f"Bucket {bucket} was to be computed on Spark, and failed there: {reason}. Look at the "
            f"logs of the executors. When the cause is removed, {_AGAIN}."
        )


class NotInstalled(Missing):
    """Something optional was asked for, and it is not on this machine."""

    code = "not-installed"

    def __init__(self, asked: str, needed: str, remedy: str) -> None:
        self.asked, self.needed, self.remedy = asked, needed, remedy
        super().__init__(
            f"{asked} was asked for, and {needed} is not installed here. Install it: {remedy}."
        )


class BadStore(Malformed):
    """An address that is no place for files."""

    code = "bad-store"

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(
            f"Nothing can be kept at {url}: {reason}. Name a folder here, or s3://bucket/folder."
        )


class StoreUnreachable(Refused):
    """The place of files does not answer, or does not let us in."""

    code = "store-unreachable"
    status: ClassVar[int] = 503

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(
            f"{url} cannot be used: {reason}. Look at the address and the rights that the AWS_* "
            f"variables give. When it answers, {_AGAIN}."
        )
