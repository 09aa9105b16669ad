"""Addresses of people who want something else than a page."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from sync_daemon.tooling import (
    AddressRefusedError,
)
from tests.support.fetching_world import (
    OTHER_SITE,
    SITE,
    Mode,
    World,
    always,
    answer,
    get,
    running,
)

MODES: list[Mode] = ["sync", "async"]


@pytest.fixture
def world() -> Iterator[World]:
    with running() as world:
        yield world


PRIVATE_ADDRESSES = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1:8080/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST:8443/",
    "https://localhost/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[ff02::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.0.0.192/opc/v2/instance/",
    "http://168.63.129.16/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
]
MALFORMED = [
    "http://0177.0.0.1/",
    "http://user:password@site.example/",
    "http://site.example@127.0.0.1/",
    "http://127.0.0.1:80\\@site.example/",
    "http://%31%32%37.0.0.1/",
    "http://localhost%00.site.example/",
    "http://site.example%2f@127.0.0.1/",
    "http://１２７.０.０.１/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://127。0。0。1/",
    "http://[fe80::1%25eth0]/",
    "http://[::1/",
    "http://site..example/",
    "http://-site.example/",
    "http://.site.example/",
    f"http://{'a' * 64}.example/",
    f"http://{'a.' * 130}example/",
    f"http://site.example/{'a' * 5000}",
    "http://site.example:22/",
    "http://site.example:6379/",
    "http://site.example:11211/",
    "http://site.example:65536/",
    "http://site.example:-1/",
    "http:///etc/passwd",
    "http://",
    "//localhost/",
    "file:///etc/passwd",
    "ftp://site.example/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "data:text/html,hello",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "ws://site.example/",
    "http://site.example\r\nX-Injected: yes/",
    "",
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("url", PRIVATE_ADDRESSES)
def test_a_private_address_is_refused_in_whatever_form(world: World, url: str, mode: Mode) -> None:
    with pytest.raises(AddressRefusedError, match="not on the public internet"):
        get(world.http(), url, mode)
    assert world.wires.dialled == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("url", MALFORMED, ids=lambda url: ascii(url[:30]))
def test_a_malformed_address_is_refused(world: World, url: str, mode: Mode) -> None:
    with pytest.raises((AddressRefusedError, httpx.InvalidURL)):
        get(world.http(), url, mode)
    assert world.wires.dialled == []


PRIVATE_NAMES = [
    ["127.0.0.1"],
    ["::1"],
    ["::ffff:10.0.0.1"],
    ["169.254.169.254"],
    [SITE, "127.0.0.1"],  # mixed in
    ["127.0.0.1", SITE],
    [SITE, "fe80::1%lo"],
    ["not an address"],
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("addresses", PRIVATE_NAMES, ids=str)
def test_a_name_that_leads_to_a_private_address_is_refused(
    world: World, addresses: list[str], mode: Mode
) -> None:
    world.serve(always(answer(b"public")))
    world.name("rebinding.example", addresses)

    with pytest.raises(AddressRefusedError, match=r"rebinding\.example is not on the public"):
        get(world.http(), "http://rebinding.example/", mode)

    assert world.wires.dialled == []


@pytest.mark.parametrize("mode", MODES)
def test_a_name_that_changes_its_mind_is_dialled_where_it_was_checked(
    world: World, mode: Mode
) -> None:
    server = world.serve(always(answer(b"public")))
    world.name("rebinding.example", [SITE], [SITE], ["127.0.0.1"])  # robots.txt, the page, then
    http = world.http()

    assert get(http, "http://rebinding.example/", mode).text == "public"
    assert world.lookups["rebinding.example"] == server.connections == 2
    with pytest.raises(AddressRefusedError):
        get(http, "http://rebinding.example/", mode)

    assert world.trap.connections == 0


HOSTILE_REDIRECTS = [
    *PRIVATE_ADDRESSES[::3],
    "http://user:password@other.example/",
    "//127.0.0.1/",
    "file:///etc/passwd",
    "ftp://other.example/",
    "http://other.example:22/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "http://own.example:8080/delete-everything",  # an origin for its owner alone
    "http://leading.example/",
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("location", HOSTILE_REDIRECTS)
def test_a_redirect_is_checked_as_an_address_is(world: World, location: str, mode: Mode) -> None:
    world.serve(always(answer(b"", f"Location: {location}", status="302 Found")))
    world.name("own.example", ["127.0.0.1"])
    world.name("leading.example", ["10.0.0.1"])

    with pytest.raises(AddressRefusedError):
        get(world.http(allowed=["http://own.example:8080"]), "http://site.example/", mode)

    assert world.trap.connections == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_page_cannot_send_us_back_to_an_origin_for_its_owner_alone(
    world: World, mode: Mode
) -> None:
    world.name("own.example", ["127.0.0.1"])
    world.trap._script = always(  # the owner's page links to a public one
        answer(b"", "Location: http://site.example/", status="302 Found")
    )
    world.serve(always(answer(b"", "Location: http://own.example/delete", status="302 Found")))

    with pytest.raises(AddressRefusedError):
        get(world.http(allowed=["http://own.example"]), "http://own.example/", mode)

    assert world.trap.paths == ["/"]


@pytest.mark.parametrize("mode", MODES)
def test_a_circle_of_redirects_ends(world: World, mode: Mode) -> None:
    server = world.serve(always(answer(b"", "Location: /again", status="302 Found")))

    with pytest.raises(httpx.TooManyRedirects):
        get(world.http(), "http://site.example/", mode)

    assert server.paths.count("/again") == 5


@pytest.mark.parametrize("mode", MODES)
def test_a_robots_txt_cannot_lead_to_a_private_address(world: World, mode: Mode) -> None:
    moved = answer(b"", "Location: http://127.0.0.1/robots.txt", status="301 Moved Permanently")
    world.serve(always(answer(b"public")), robots=moved)

    assert get(world.http(), "http://site.example/", mode).text == "public"

    assert world.trap.connections == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_cookie_is_not_kept(world: World, mode: Mode) -> None:
    server = world.serve(always(answer(b"", "Set-Cookie: track=me", "Set-Cookie: b=c; Path=/")))
    http = world.http()

    for _ in range(2):
        get(http, "http://site.example/", mode)

    assert not any("cookie" in head.lower() for head in server.heads)


@pytest.mark.parametrize("mode", MODES)
def test_the_environment_names_no_proxy(
    world: World, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://{}:{}".format(*world.trap.place))
    world.serve(always(answer(b"public")))

    assert get(world.http(), "http://site.example/", mode).text == "public"

    assert world.trap.connections == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_password_for_one_host_does_not_go_to_another(world: World, mode: Mode) -> None:
    world.serve(always(answer(b"", "Location: http://other.example/", status="302 Found")))
    other = world.serve(always(answer(b"hello")), at=OTHER_SITE)

    get(world.http(), "http://site.example/", mode, headers={"Authorization": "Bearer x"})

    assert "authorization" not in other.heads[-1].lower()
