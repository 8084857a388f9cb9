"""Vices of conduct: sending away, refusing, throttling, hanging, and giving what is another's."""

from __future__ import annotations

import json

from tests.hostile.registry import vice, vices
from tests.hostile.target import LISTS, Call


@vices(
    1,
    4,
    given={
        "elsewhere": "{elsewhere}/v1/containers",
        "elsewhere without a scheme": "//{elsewhere_host}/x",
        "metadata": "http://169.254.169.254/latest/meta-data/",
        "a file": "file:///etc/passwd",
        "a script": "javascript:alert(1)",
        "itself": "/v1/containers",
        "nowhere": "",
        "nonsense": "http://[::1",
    },
)
def sends_away_to(call: Call, where: str) -> None:
    """Redirects every request."""
    there = call.target.elsewhere
    address = where.format(elsewhere=there, elsewhere_host=there.removeprefix("http://"))
    status = (301, 302, 303, 307, 308)[call.number % 5]
    call.say(
        b"", status, f"Location: {address}", f"Refresh: 0; url={address}", f"Link: <{address}>"
    )


@vice(0)
def gives_cookies(call: Call) -> None:
    """Sets cookies with every answer, and wants to see none again."""
    if "cookie" in call.headers:
        call.target.strayed.append("a cookie came back")
    call.pass_on("Set-Cookie: a=b; Path=/; Domain=127.0.0.1", "Set-Cookie: __Host-x=1; Path=/")


@vice(3, spared=0)
def challenges(call: Call) -> None:
    """Refuses the key with challenges of every kind."""
    call.say(
        b"",
        401,
        'WWW-Authenticate: Basic realm="x"',
        "WWW-Authenticate: Negotiate",
        "WWW-Authenticate: Digest nonce=x, realm=y",
    )


@vice(1, 4)
def challenges_later(call: Call) -> None:
    """Takes the key once, then refuses it with a challenge."""
    call.say(b"", 401, 'WWW-Authenticate: Basic realm="x"')


@vice(1, 4)
def wants_a_proxy_key(call: Call) -> None:
    """Asks for a key for a proxy that nobody has."""
    call.say(b"", 407, 'Proxy-Authenticate: Basic realm="x"')


@vices(
    1,
    4,
    given={
        "999999999": "999999999",
        "a million digits": "9" * 60_000,
        "nonsense": "soon; really",
        "a square": "\xb2",
        "less than nothing": "-5",
        "not a number": "nan",
        "infinity": "inf",
        "the year 9999": "Fri, 31 Dec 9999 23:59:59 GMT",
        "the year 1": "Mon, 01 Jan 0001 00:00:00 +2359",
        "no such day": "Fri, 99 Foo 99999 99:99:99 +99999999999",
        "nearly a minute": "50",
        "nothing": "",
    },
    options=("--profile", "smoke", "--max-duration", "3"),
)
def wants_to_be_asked_again_in(call: Call, when: str) -> None:
    """Throttles every request."""
    call.say_json({"error": {"message": "slow down"}}, 429, f"Retry-After: {when}")


@vice(3, spared=0, options=("--profile", "smoke", "--max-duration", "3"))
def never_has_time(call: Call) -> None:
    """Throttles even the first look, for nearly a minute."""
    call.say(b"", 429, "Retry-After: 50")


@vice(1, 4, options=("--profile", "smoke", "--max-duration", "3"))
def is_never_available(call: Call) -> None:
    """Answers 503 with a Retry-After of one second to everything."""
    call.say(b"", 503, "Retry-After: 1")


@vices(
    0,
    1,
    4,
    given={"1970": 0, "before": -1, "9999": 253402300799, "after": 10**18, "a text": "1970-01-01"},
)
def lives_in_the_year(call: Call, seconds: object) -> None:
    """Answers times from far away."""
    call.altered(lambda each: each.update(created_at=seconds, last_active_at=seconds))


@vice(0, 1, 4, options=("--profile", "core", "--only", "createContainer*"))
def has_odd_dates(call: Call) -> None:
    """Sends a Date header that is none, and times from 9999."""
    answer = call.honest()
    answer.headers = [(key, value) for key, value in answer.headers if key.lower() != "date"]
    answer.body = answer.body.replace(b'"created_at":1', b'"created_at":9')
    call.write(answer.bytes("Date: Fri, 99 Foo 99999 99:99:99 +99999999999"))


@vice(0, 1, 4, leaves=True, denies=True)
def answers_the_request_before(call: Call) -> None:
    """Answers each request with what the one before it was to get, whoever sent that."""
    answer = call.honest()
    with call.target.lock:
        before = call.target.memory.get("before", answer)
        call.target.memory["before"] = answer
    call.write(before.bytes())


@vice(1, 4, options=("--profile", "core", "-n", "2"), within_s=60.0, leaves=True, denies=True)
def answers_another_workers_request(call: Call) -> None:
    """Answers each request with what another one of that kind was to get."""
    answer = call.honest()
    with call.target.lock:
        before = call.target.memory.get(str(call.operation), answer)
        call.target.memory[str(call.operation)] = answer
    call.write(before.bytes())


@vice(0, 1, 4)
def changes_its_mind_about_ids(call: Call) -> None:
    """Shows everything under another id each time it is asked."""
    if call.method == "GET":
        call.altered(lambda each: each.update(id=f"{each['id'][:-6]}{call.number:06}"))
    else:
        call.pass_on()


@vice(1, 4, leaves=True, denies=True)
def changes_the_id_it_gives(call: Call) -> None:
    """Gives another id at creation than the one that it knows a container by."""
    if call.operation == "createContainer":
        call.altered(lambda each: each.update(id=f"cntr_{call.number:048}"))
    else:
        call.pass_on()


@vice(0, 1, 4)
def creates_what_was_there_before(call: Call) -> None:
    """Answers a creation with somebody else's container, just as it is."""
    if call.operation == "createContainer":
        _ = call.body
        call.say_json(call.target.foreign)
    else:
        call.pass_on()


@vice(0, 1, 4, options=("--profile", "core"))
def creates_what_was_there_before_in_a_long_run(call: Call) -> None:
    """Answers every creation with somebody else's container, just as it is."""
    creates_what_was_there_before(call)


@vice(0, 1, 4)
def creates_under_a_foreign_id(call: Call) -> None:
    """Makes a container, and answers the id of somebody else's."""
    if call.operation == "createContainer":
        call.altered(lambda each: each.update(id=call.target.foreign["id"]))
    else:
        call.pass_on()


@vice(0, 1, 4, spared=0)
def lists_the_key(call: Call) -> None:
    """Has the caller's key for the id of somebody else's container, in lists."""
    if call.operation == "listContainers":
        key = call.headers.get("authorization", "").removeprefix("Bearer ")
        call.altered(
            lambda each: each.update(id=key) if each["id"] == call.target.foreign["id"] else None
        )
    else:
        call.pass_on()


@vice(0, 1, 4)
def creates_under_the_key(call: Call) -> None:
    """Makes a container, and answers another name and the caller's key as its id."""
    if call.operation == "createContainer":
        key = call.headers.get("authorization", "").removeprefix("Bearer ")
        call.altered(lambda each: each.update(id=key, name="somebody else's"))
    else:
        call.pass_on()


@vice(0, 1, 4)
def calls_a_foreign_container_ours(call: Call) -> None:
    """Gives no answer to creations, and lists somebody else's under the names that were sent."""
    names = call.target.memory.setdefault("names", [])
    if call.operation == "createContainer":
        names.append(json.loads(call.body)["name"])
        call.reset()
    if call.operation == "listContainers" and names:
        call.altered(lambda each: each.update(name=names[-1]))
    else:
        call.pass_on()


@vice(0, 1, 4)
def creates_and_does_not_say(call: Call) -> None:
    """Makes containers, and hangs up before the answer."""
    if call.operation == "createContainer":
        call.honest()
        call.reset()
    call.pass_on()


@vice(0, 1, 4)
def creates_and_hangs(call: Call) -> None:
    """Makes containers, and never answers."""
    if call.operation == "createContainer":
        call.honest()
        call.hold()
    call.pass_on()


@vice(1, 4, leaves=True)
def never_deletes(call: Call) -> None:
    """Answers no deletion."""
    if call.method == "DELETE":
        call.hold()
    call.pass_on()


@vice(0, 1, 4, leaves=True, options=("--profile", "core", "--only", "createContainer"))
def never_deletes_in_a_long_run(call: Call) -> None:
    """Answers no deletion, where many containers are made."""
    if call.method == "DELETE":
        call.hold()
    call.pass_on()


@vice(1, 4, leaves=True)
def refuses_to_delete(call: Call) -> None:
    """Answers every deletion with 500."""
    if call.method == "DELETE":
        call.say(b"{}", 500)
    else:
        call.pass_on()


@vice(0, 1, 4)
def lists_nothing(call: Call) -> None:
    """Has empty lists, with and without the creation's answer."""
    if call.operation in LISTS:
        call.say_json(
            {"object": "list", "data": [], "has_more": True, "first_id": 0, "last_id": []}
        )
    else:
        call.pass_on()
