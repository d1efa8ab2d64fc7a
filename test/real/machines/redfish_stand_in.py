#!/usr/bin/env python3
"""The Redfish controller of a lab machine, for tests only: sushy-tools' emulator over HTTPS, with a driver that switches the machine in QEMU.

usage: redfish_stand_in.py --machine KERNEL_DIR STATE_DIR --web PORT --lab PORT --port SSH_PORT --name NAME --user USER --password PASSWORD --cert PEM --key PEM
The emulator serves the system, its reset, its boot override, processors, drives and the manager. It has no sessions, no log, no ETag and no boot that lasts once: those are added here,
as DSP0266 and an iDRAC have them. The lab's own port takes JSON by POST: {"drop": 1 (requests cut without an answer), "forget": true (all sessions), "settle": 1.0}; it answers the state.
"""
import argparse, datetime, hashlib, http.server, json, os, secrets, socket, ssl, sys, threading, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import flask
from sushy_tools import error
from sushy_tools.emulator import main as emulator
from sushy_tools.emulator.resources.systems.base import AbstractSystemsDriver
from werkzeug.serving import make_server
from machine import Machine

UUID = "4c4c4544-0000-4c10-8041-c7c04f4c4142"
SYSTEM, SESSIONS = f"/redfish/v1/Systems/{UUID}", "/redfish/v1/SessionService/Sessions"
LOGS = SYSTEM + "/LogServices"
OPEN = ("/redfish/v1", "/redfish")
PAGE = 10


class QemuDriver(AbstractSystemsDriver):
    """What sushy-tools asks of a machine."""
    driver, systems = "<qemu>", [UUID]

    def __init__(self, machine):
        super().__init__()
        self.machine, self.target, self.once, self.log = machine, "Hdd", False, []
        self.settle, self.settling = 1.0, 0

    def uuid(self, identity):
        if identity != UUID:
            raise error.NotFound(f"no system {identity}")
        return UUID

    def name(self, identity):
        return self.machine.name

    def get_power_state(self, identity):
        return "On" if self.machine.pid() else "Off"

    def set_power_state(self, identity, state):
        on = bool(self.machine.pid())
        if time.time() < self.settling or (not on and state not in ("On", "ForceOn")):
            raise error.Conflict("not possible in this state")
        self.settling = time.time() + self.settle
        if state in ("On", "ForceOn"):
            if not on:
                self.boot()
        elif state == "ForceOff":
            self.machine.off()
        elif state == "GracefulShutdown":
            self.machine.button()
        elif state in ("ForceRestart", "PowerCycle"):
            if state == "ForceRestart" and not self.once:
                self.machine.reset()
                self.note("System Firmware Progress", "SYS1003")
            else:
                self.machine.off()
                self.boot()
        else:
            raise error.BadRequest(f"no such ResetType: {state}")

    def boot(self):
        self.machine.on({"Pxe": "network", "BiosSetup": "bios"}.get(self.target if self.once else "Hdd", "disk"))
        self.target, self.once = "Hdd", False
        self.note("System Firmware Progress", "SYS1003")

    def note(self, sensor, message, severity="OK"):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        self.log.insert(0, {"Id": str(len(self.log) + 1), "Created": now, "EntryType": "SEL", "SensorType": sensor, "MessageId": message, "Severity": severity})

    def get_boot_device(self, identity):
        return self.target

    def set_boot_device(self, identity, boot_source):
        self.target = boot_source

    def get_total_memory(self, identity):
        return 32

    def get_total_cpus(self, identity):
        return 1

    def get_versions(self, identity):
        return {"BiosVersion": "2.14.1"}

    def get_processors(self, identity):
        return [{"id": "CPU0", "socket": "CPU 0", "vendor": "Intel", "model": "Intel(R) Xeon(R) E-2234 CPU @ 3.60GHz", "cores": "4", "threads": "8"}]


class Controller:
    """What the emulator lacks."""

    def __init__(self, driver, user, password):
        self.driver, self.user, self.password = driver, user, password
        self.tokens, self.failures, self.drop, self.seen, self.resets = {}, 0, 0, [], []

    def etag(self):
        return 'W/"%s"' % hashlib.md5(f"{self.driver.target} {self.driver.once}".encode()).hexdigest()[:12]

    def before(self):
        request = flask.request
        path = request.path.rstrip("/")
        self.seen.append(f"{request.method} {path}")
        if path in OPEN or (request.method == "POST" and path == SESSIONS):
            return None
        if request.headers.get("X-Auth-Token") not in self.tokens:
            return complaint(401, "NoValidSession")
        if request.method == "PATCH" and path == SYSTEM:
            if request.headers.get("If-Match") != self.etag():
                return complaint(412, "PreconditionFailed")
            # The emulator takes no notice of this; its own answer is "Continuous".
            self.driver.once = (request.json.get("Boot") or {}).get("BootSourceOverrideEnabled") == "Once"
        if request.method == "POST" and path.endswith(".Reset"):
            self.resets.append(request.json.get("ResetType"))
        return None

    def after(self, response):
        path = flask.request.path.rstrip("/")
        if flask.request.method != "GET" or response.status_code != 200 or path not in ("/redfish/v1", SYSTEM):
            return response
        body = json.loads(response.get_data())
        if path == SYSTEM:
            body["LogServices"] = {"@odata.id": LOGS}
            body["Boot"]["BootSourceOverrideEnabled"] = "Once" if self.driver.once else "Disabled"
            body["Boot"]["BootSourceOverrideTarget"] = self.driver.target if self.driver.once else "None"
            body["Boot"]["BootSourceOverrideTarget@Redfish.AllowableValues"] += ["BiosSetup", "None"]
            body["Actions"]["#ComputerSystem.Reset"]["ResetType@Redfish.AllowableValues"] += ["PowerCycle"]
            response.headers["ETag"] = self.etag()
        else:
            body["Links"] = {"Sessions": {"@odata.id": SESSIONS}}
        response.set_data(json.dumps(body))
        return response

    def begin(self):
        given = flask.request.json
        if (given.get("UserName"), given.get("Password")) != (self.user, self.password):
            self.failures += 1
            self.driver.note("Platform Security Violation Attempt", "USR0031")
            return complaint(401, "NoValidSession")
        self.failures, token = 0, secrets.token_hex(16)
        path = f"{SESSIONS}/{secrets.token_hex(4)}"
        self.tokens[token] = path
        return flask.Response(json.dumps({"@odata.id": path}), 201, {"X-Auth-Token": token, "Location": path}, content_type="application/json")

    def end(self, identity):
        self.tokens = {token: path for token, path in self.tokens.items() if path != f"{SESSIONS}/{identity}"}
        return "", 204

    def entries(self):
        skip = int(flask.request.args.get("$skip", 0))
        more = {"Members@odata.nextLink": f"{LOGS}/SEL/Entries?$skip={skip + PAGE}"} if skip + PAGE < len(self.driver.log) else {}
        return {"Members": self.driver.log[skip:skip + PAGE], **more}

    def cutting(self, app):
        """Cuts the connection in the place of an answer, where a test wants that."""
        def serve(env, start):
            if self.drop <= 0:
                return app(env, start)
            self.drop -= 1
            env["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            start("200 OK", [])
            return [b""]
        return serve


def complaint(status, message):
    body = {"error": {"code": "Base.1.12.GeneralError", "@Message.ExtendedInfo": [{"MessageId": "Base.1.12." + message}]}}
    return flask.Response(json.dumps(body), status, content_type="application/json")


def lab(controller, port):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            wanted = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            controller.drop = wanted.get("drop", controller.drop)
            controller.driver.settle = wanted.get("settle", controller.driver.settle)
            if wanted.get("forget"):
                controller.tokens = {}
            body = json.dumps({"power": controller.driver.get_power_state(UUID), "failures": controller.failures, "boots": controller.driver.machine.boots,
                               "sessions": len(controller.tokens), "resets": controller.resets, "seen": controller.seen}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    threading.Thread(target=http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever, daemon=True).start()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--machine", nargs=2)
    for name in ("web", "lab", "port"):
        parser.add_argument("--" + name, type=int)
    for name in ("name", "user", "password", "cert", "key"):
        parser.add_argument("--" + name)
    args = parser.parse_args()
    driver = QemuDriver(Machine(*args.machine, name=args.name, port=args.port))
    controller, app = Controller(driver, args.user, args.password), emulator.app
    app.configure(extra_config={
        "SUSHY_EMULATOR_STORAGE": {UUID: [{"Id": "1", "Name": "SATA", "StorageControllers": [], "Drives": ["0", "1"]}]},
        "SUSHY_EMULATOR_DRIVES": {(UUID, "1"): [{"Id": str(n), "Name": f"Disk {n}", "CapacityBytes": 2000398934016, "Protocol": "SATA"} for n in (0, 1)]},
    })
    type(app).systems = property(lambda _: driver)
    app.before_request(controller.before)
    app.after_request(controller.after)
    app.add_url_rule(SESSIONS, "sessions", controller.begin, methods=["POST"])
    app.add_url_rule(SESSIONS + "/<identity>", "session", controller.end, methods=["DELETE"])
    app.add_url_rule(LOGS, "logs", lambda: {"Members": [{"@odata.id": LOGS + "/SEL"}]})
    app.add_url_rule(LOGS + "/SEL", "log", lambda: {"Entries": {"@odata.id": LOGS + "/SEL/Entries"}})
    app.add_url_rule(LOGS + "/SEL/Entries", "entries", controller.entries)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.cert, args.key)
    server = make_server("127.0.0.1", args.web, controller.cutting(app), threaded=True, ssl_context=context)
    lab(controller, args.lab)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
