"""What a store or a cloud may lack and still be one: the names behind ``@needs.<name>`` and JOURNEYS_CAPABILITIES."""

from collections.abc import Iterable
from types import MappingProxyType

# What every store and every cloud does has no name here: a scenario for it needs no tag.
OF_STORES = MappingProxyType(
    {
        "acl": "rights that are given with an object or bucket, such as public-read, are honoured",
        "batch-delete": "many objects are deleted with one request",
        "bucket-policy": "a bucket's policy grants and denies",
        "checksum-crc64nvme": "CRC64NVME, too, the default of AWS since 2025; it comes with `checksums`",
        "checksums": "CRC32, CRC32C, SHA-1 and SHA-256 of an upload are verified, kept and told",
        "conditional-copies": "a copy may depend on its original being the one expected",
        "conditional-deletes": "a delete may depend on the object being the one expected",
        "conditional-overwrites": "a write may depend on the object being the one expected",
        "conditional-uploads": "an upload in parts may depend on there being no object of that name",
        "conditional-writes": "a write may depend on there being no object of that name",
        "cors": "a bucket says which web pages may use it",
        "default-encryption": "objects are encrypted at rest, and the store says so",
        "deletion-marks": "who reads what was deleted is told of the mark that hides its versions",
        "encryption-end": "encryption at rest that was turned on for a bucket can be turned off again",
        "exact-pages": "pages of a listing hold all once: after names of any letters, and where names are grouped",
        "exact-uploads": "an upload in parts is completed with the very parts that are named, in order",
        "flat-names": "names are plain text: slashes, dots and backslashes in them mean nothing to the store",
        "guarded-versions": "a bucket that holds nothing but earlier versions can't be removed",
        "lifecycle": "a bucket's rules for removing objects by age are kept",
        "md5-etags": "the ETag of an object stored at once is its MD5, as many programs expect",
        "object-lock": "a version can be locked until a date, or until further notice",
        "policy-detours": "what a policy forbids, no detour allows: deleting many at once, copying",
        "post-forms": "a web form can store an object",
        "presigned-links": "a signed link lets a stranger read or write one object",
        "public-access-block": "a bucket can be closed to the public: no policy and no right opens it",
        "public-access-end": "closing a bucket to the public ends what its policy granted before",
        "replaced-parts": "a part that is uploaded again takes the place of the earlier one, everywhere",
        "replica": "what is written at the first site comes to a second one",
        "sdk-defaults": "programs with a current SDK's own settings work: checksums on every upload and download",
        "second-user": "there is a user without rights to ours",
        "sse-c": "an object can be encrypted with a key that only its user has",
        "sse-c-copies": "a copy of an object encrypted with a user's key takes this key",
        "suspended-order": "where versioning was suspended, what was stored since is listed as the latest",
        "tagged-uploads": "uploads in parts, too, come with tags",
        "tagging": "objects have tags",
        "tls": "the endpoint speaks HTTPS",
        "versioning": "a bucket keeps earlier versions of its objects",
    }
)

OF_CLOUDS = MappingProxyType(
    {
        "benchmarks": "the image of servers has bc and iperf3 on it",
        "boot-from-volume": "a server can start from a volume instead of an image",
        "console-log": "what a server says while it starts can be read",
        "disk-benchmark": "the image of servers has fio on it",
        "identity": "users log in at an identity service, whose catalogue tells of all others",
        "ipv6-subnets": "a private subnet can have addresses of IPv6",
        "load-balancers": "there is a service of load balancers",
        "login": "one can log in to servers (JOURNEYS_LOGIN_USERNAME)",
        "login-secret": "users log in with a password or another secret, not with a token",
        "member-health": "a load balancer leaves out members that do not answer",
        "pings": "the image of servers has ping on it, as this machine has, and pings are let through",
        "port-state": "a port can be disabled and enabled",
        "port-quota": "the project's ports are limited",
        "ports-of-servers": "a removed server takes along the ports that it brought with it",
        "public-addresses": "a public address can be had, and leads to a server",
        "reader": "there is a user who may only read (JOURNEYS_READER_USERNAME)",
        "server-history": "the cloud tells what was done to a server",
        "server-quota": "the project's servers are limited",
        "short-secret": "that secret is so short that Keystone looks at all of it: at most 71 bytes",
        "sudo": "who logs in to servers may become root there without a password",
        "user-data": "the cloud tells the user data that a server was given",
        "volume-extend": "a volume can grow",
        "volume-images": "a volume can be made from an image",
        "volume-quota": "the project's volumes are limited",
        "volume-types": "there are types of volumes to choose from",
    }
)
OF_CLUSTERS = MappingProxyType(
    {
        "namespaces": "namespaces come and go, with quotas and accounts (without JOURNEYS_KUBERNETES_NAMESPACE)",
        "service-proxy": "a cluster's services can be asked by way of its API server, which has to reach pods for that",
    }
)
OF_SITES = MappingProxyType(
    {
        "web-cookies": "cookies of sites are for encrypted pages only",
        "web-encryption": "who opens a site with http:// is led to https://",
        "web-hsts": "sites keep browsers at https:// for half a year or more (Strict-Transport-Security)",
        "web-login": "there is a page that only who logs in may open (JOURNEYS_WEB_PRIVATE_URL)",
        "web-tls": "a web site speaks HTTPS",
    }
)
CAPABILITIES = MappingProxyType(dict(sorted({**OF_STORES, **OF_CLOUDS, **OF_CLUSTERS, **OF_SITES}.items())))

# What other settings tell: never declared, and why it is missing where it is.
IMPLIED = MappingProxyType(
    {
        "login": "no user is set to log in to servers as (JOURNEYS_LOGIN_USERNAME)",
        "namespaces": "all is done in one namespace that was given (JOURNEYS_KUBERNETES_NAMESPACE)",
        "replica": "no second site is set (JOURNEYS_REPLICA_ENDPOINT_URL_S3)",
        "second-user": "no second user is set (JOURNEYS_SECOND_ACCESS_KEY_ID)",
        "tls": "the endpoint speaks plain HTTP",
        "web-login": "no page is set that needs a login (JOURNEYS_WEB_PRIVATE_URL)",
        "web-tls": "no site of JOURNEYS_WEB_URL speaks HTTPS",
    }
)


def why_missing(names: Iterable[str]) -> str:
    """Why what needs these capabilities is not tried."""
    undeclared = sorted(set(names) - set(IMPLIED))
    told = [f"the target does not declare {', '.join(undeclared)} (JOURNEYS_CAPABILITIES)"] if undeclared else []
    return "; ".join(told + [IMPLIED[name] for name in sorted(set(names) & set(IMPLIED))])
