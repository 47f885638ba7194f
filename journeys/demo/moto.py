"""moto: a mock of EC2, from the wheel of that name. What it is asked for is done at once."""

import os
import sys
from pathlib import Path

from journeys.demo.process import Server, free_port, speaks_http

IMAGE = "ami-12c6146b"  # one of those that moto offers

# By default it takes whatever it is given.
_STRICT = {
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    "MOTO_ENABLE_KEYPAIR_VALIDATION": "true",
    "MOTO_ENABLE_AMI_VALIDATION": "true",
}
# It chooses addresses of ports at random, among them those that servers, other ports or the subnet itself have. So they
# are counted down here, from the end of each subnet, while those of servers go up from its beginning.
_SERVE = """
from ipaddress import ip_network
from itertools import count
from moto.ec2.models import elastic_network_interfaces
from moto.server import main

numbers = count()

def next_address(cidr, **_):
    subnet = ip_network(cidr)
    return str(subnet[-2 - next(numbers) % (subnet.num_addresses // 2 - 5)])

elastic_network_interfaces.random_private_ip = next_address
main()
"""


class Moto(Server):
    """A mock of EC2 on loopback, with its log in `directory`; it keeps everything in memory."""

    def __init__(self, directory: Path):
        port = free_port()
        self.endpoint_url = f"http://127.0.0.1:{port}"
        foreign = ("AWS_", "MOTO_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        super().__init__(
            "moto", [sys.executable, "-c", _SERVE, "-H", "127.0.0.1", "-p", port], directory, environment | _STRICT
        )

    def answers(self) -> bool:
        return speaks_http(self.endpoint_url)
