"""Runs ElastAlert's own classes over a stretch of time, tick by tick on a clock of its own, and prints each match.

  driver.py --url URL --from ISO --to ISO --run-every SECONDS --buffer-time SECONDS [--late FILE --index NAME] RULE.yaml...

One line a match: {"rule", "key": [part, ...], "at": ISO, "tick": ISO}; one a rule that died: {"rule", "died": reason}.
At each tick the rules run one after the other, each with its own copy of the state that ElastAlert shares between rules by mistake. Before
a tick, documents of FILE that have arrived by then are indexed: a line each, {"arrivesAt": ms, "document": {...}}.
It goes on from a run that ended at --from: nothing before it is in any window.
"""
import argparse
import copy
import datetime
import json
import logging
import sys
import urllib.request
import warnings
from unittest import mock
from urllib.parse import urlparse

warnings.filterwarnings("ignore")
import elastalert.elastalert as engine  # noqa: E402
import elastalert.ruletypes as ruletypes  # noqa: E402
from elastalert.loaders import FileRulesLoader  # noqa: E402
from elastalert.util import dt_to_ts, lookup_es_key, ts_to_dt  # noqa: E402

logging.disable(logging.CRITICAL)

# Aggregations name booleans 0 and 1, documents have them as they are.
BOOLEANS = {"flag"}


def text(value, field=None):
    if field in BOOLEANS and value in (0, 1, "0", "1", "True", "False"):
        return "true" if value in (1, "1", "True") else "false"
    if value is None or value == "None":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return text(value[0]) if len(value) == 1 else json.dumps(value, separators=(",", ":"))
    return str(value)


def key_of(rule, event):
    """The parts of the key, in the order of the rule's query_key."""
    if "query_key" not in rule or rule.get("use_count_query"):
        return []
    fields = rule.get("compound_query_key")
    joined = event.get("key") if isinstance(rule["type"], ruletypes.FlatlineRule) else None
    if not fields:
        value = joined if joined is not None else lookup_es_key(event, rule["query_key"])
        if value == "other" and isinstance(rule["type"], ruletypes.SpikeRule):
            value = None
        return [text(value, rule["query_key"])]
    parts = [lookup_es_key(event, field) for field in fields]
    if joined is None and any(part is not None for part in parts):
        return [text(part, field) for part, field in zip(parts, fields)]
    whole = str(joined if joined is not None else event.get(rule["query_key"], ""))
    return [text(part.strip(), field) for part, field in zip(whole.split(","), fields)]


class Watched:
    """One rule in an ElastAlert of its own, with its own copy of what rules of one process share by mistake."""

    def __init__(self, path, args, conf, clock):
        self.step = datetime.timedelta(seconds=args.run_every)
        self.start, self.clock = args.start, clock
        self.shared = ({}, {}, [])
        self.found, self.lives = [], True
        loader = conf["rules_loader"]
        self.rule = loader.load_yaml(path)
        loader.load_options(self.rule, conf, path)
        self.name = self.rule["name"]
        self.dies_of(lambda: self.prepare(loader, conf))

    def prepare(self, loader, conf):
        rule = self.rule
        loader.load_modules(rule, argparse.Namespace(debug=True, start=dt_to_ts(self.start)))
        with mock.patch.object(loader, "get_hashes"), mock.patch.object(loader, "load", return_value=[rule]), \
                mock.patch("elastalert.elastalert.load_conf", return_value=conf):
            client = engine.ElastAlerter(["--debug"])
        client.writeback_es = mock.MagicMock()
        client.writeback_es.search.return_value = {"hits": {"hits": []}}
        client.writeback = mock.MagicMock()
        client.alert = lambda *_: None
        add_match = rule["type"].add_match

        def recorded(event, *more):
            self.found.append((self.clock["now"], copy.deepcopy(event)))
            add_match(event, *more)

        def raised(message, data=None):
            raise RuntimeError(message)

        rule["type"].add_match = recorded
        client.handle_error = raised
        rule["minimum_starttime"] = self.start
        self.client = client

    def look(self, tick):
        self.client.run_rule(self.rule, tick, self.start if tick == self.start + self.step else None)
        self.client.remove_old_events(self.rule)

    def dies_of(self, turn):
        """Gives the rule its turn; a rule that dies is what the comparison wants to know of."""
        if not self.lives:
            return
        ruletypes.ChangeRule.change_map, ruletypes.ChangeRule.occurrence_time, keys = self.shared
        ruletypes.SpikeMetricAggregationRule.unwrap_term_buckets.__defaults__ = (keys,)
        try:
            turn()
        except Exception as error:
            self.lives = False
            reason = f"{type(error).__name__}: {error}"[:300]
            print(json.dumps({"rule": self.name, "died": reason, "at": dt_to_ts(self.clock["now"])}))

    def tell(self):
        for tick, event in self.found:
            at = lookup_es_key(event, self.rule["timestamp_field"])
            at = self.rule["ts_to_dt"](at) if not isinstance(at, datetime.datetime) else at
            print(json.dumps({"rule": self.name, "key": key_of(self.rule, event), "at": dt_to_ts(at), "tick": dt_to_ts(tick)}))


class Arrivals:
    """Documents that come late: each is indexed before the first tick after its arrival."""

    def __init__(self, path, url, index):
        self.target = f"{url}/{index}/_bulk?refresh=true"
        self.waiting = []
        if path:
            with open(path) as lines:
                self.waiting = [json.loads(line) for line in lines]

    def until(self, tick):
        now = tick.timestamp() * 1000
        come = [one["document"] for one in self.waiting if one["arrivesAt"] <= now]
        self.waiting = [one for one in self.waiting if one["arrivesAt"] > now]
        if not come:
            return
        body = "".join('{"index":{}}\n' + json.dumps(document) + "\n" for document in come)
        request = urllib.request.Request(self.target, body.encode(), {"content-type": "application/x-ndjson"})
        with urllib.request.urlopen(request) as answer:
            if json.load(answer)["errors"]:
                raise RuntimeError("a late document was refused")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--from", dest="start", type=ts_to_dt, required=True)
    parser.add_argument("--to", dest="end", type=ts_to_dt, required=True)
    parser.add_argument("--run-every", type=int, required=True)
    parser.add_argument("--buffer-time", type=int, required=True)
    parser.add_argument("--late")
    parser.add_argument("--index")
    parser.add_argument("rules", nargs="+")
    args = parser.parse_args()
    url = urlparse(args.url)
    conf = {
        "es_host": url.hostname, "es_port": url.port, "writeback_index": "none", "max_query_size": 10000, "scroll_keepalive": "30s",
        "alert_time_limit": datetime.timedelta(hours=24), "old_query_limit": datetime.timedelta(weeks=1), "disable_rules_on_error": False,
        "run_every": datetime.timedelta(seconds=args.run_every), "buffer_time": datetime.timedelta(seconds=args.buffer_time),
    }
    conf["rules_loader"] = FileRulesLoader(conf)
    conf["rules_loader"].base_config = dict(conf)
    arrivals = Arrivals(args.late, args.url, args.index)
    clock = {"now": args.start}
    step = datetime.timedelta(seconds=args.run_every)
    with mock.patch.object(engine, "ts_now", lambda: clock["now"]), mock.patch.object(ruletypes, "ts_now", lambda: clock["now"]):
        watched = [Watched(path, args, conf, clock) for path in args.rules]
        tick = args.start + step
        while tick <= args.end:
            clock["now"] = tick
            arrivals.until(tick)
            for one in watched:
                one.dies_of(lambda: one.look(tick))
            tick += step
    for one in watched:
        one.tell()


main()
