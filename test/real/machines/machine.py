#!/usr/bin/env python3
"""The lab's physical machine: a QEMU guest that can be switched on and off, looked at and hurt.

usage: machine.py KERNEL_DIR STATE_DIR COMMAND [ARGUMENTS]
  on | off | reset | button | status | wait [SECONDS]
  ssh COMMAND...        runs a command in the machine
  hurt read|write|dead DISK / heal DISK     I/O errors on a disk (disk0, disk1, ssd0, ssd1), at once and while it runs
  unplug DISK / plug DISK                   pulls an NVMe disk (ssd0, ssd1) out, puts it back
  smart DISK BITS                           sets the NVMe critical warning (0 = healthy, 4 = unreliable ...)
Ports, all on loopback: SSH $PORT (default 2201), VNC $PORT+3700 (5901); the VNC password is $VNC_PASSWORD.
"""
import json, os, signal, socket, subprocess, sys, time

SATA, NVME = ("disk0", "disk1"), ("ssd0", "ssd1")


class Machine:
    def __init__(self, kernel, state, name="alice", port=2201, password="Lab!1234", accel="tcg", memory=160):
        self.kernel, self.state, self.name, self.port = os.path.abspath(kernel), os.path.abspath(state), name, port
        self.vnc, self.password, self.accel, self.memory = port + 3700, password, accel, memory
        self.boots = []  # what it booted from, since this object was made
        os.makedirs(self.state, exist_ok=True)

    def path(self, name):
        return os.path.join(self.state, name)

    # power

    def pid(self):
        try:
            pid = int(open(self.path("pid")).read())
            return pid if b"qemu" in open(f"/proc/{pid}/cmdline", "rb").read() else None
        except (OSError, ValueError):
            return None

    def on(self, boot="disk"):
        if self.pid():
            return False
        for disk in SATA + NVME:
            if not os.path.exists(self.path(disk)):
                with open(self.path(disk), "wb") as file:
                    file.truncate((96 if disk in SATA else 48) << 20)
        open(self.path("secret"), "w").write(self.password)
        os.chmod(self.path("secret"), 0o600)
        line = ["qemu-system-x86_64", "-name", self.name, "-machine", "q35", "-accel", "tcg,tb-size=64" if self.accel == "tcg" else self.accel, "-m", str(self.memory), "-smp", "1",
                "-nodefaults", "-no-user-config", "-vga", "std"]
        line += ["-display", "none", "-object", "secret,id=vnc,file=" + self.path("secret"),
                 "-vnc", f"127.0.0.1:{self.vnc - 5900},password-secret=vnc,share=force-shared",
                 "-qmp", f"unix:{self.path('qmp')},server=on,wait=off", "-serial", "file:" + self.path("serial"),
                 "-pidfile", self.path("pid"), "-daemonize",
                 "-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:22", "-device", "e1000e,netdev=net,mac=52:54:00:a1:1c:e0"]
        for number, disk in enumerate(SATA):
            line += ["-blockdev", f"file,node-name={disk}-file,filename={self.path(disk)}", "-blockdev", f"raw,node-name={disk},file={disk}-file",
                     "-device", f"ide-hd,bus=ide.{number},drive={disk},serial=WD-LAB000{number},model=WDC WD20EFRX-LAB,ver=82.00A82,rotation_rate=5400,"
                                "werror=report,rerror=report"]
        for number, disk in enumerate(NVME):
            line += ["-blockdev", f"file,node-name={disk}-file,filename={self.path(disk)}", "-blockdev", f"raw,node-name={disk},file={disk}-file",
                     "-device", f"pcie-root-port,id=slot{number},chassis={number + 1}",
                     "-device", f"nvme,id={disk},bus=slot{number},drive={disk},serial=SSD-LAB000{number}"]
        if boot == "disk":
            line += ["-kernel", self.kernel + "/vmlinuz", "-initrd", self.kernel + "/initrd",
                     "-append", f"console=ttyS0 console=tty0 host={self.name} panic=-1 mitigations=off nokaslr no_timer_check tsc=reliable"]
        else:  # nothing to boot from: the firmware says so on the screen
            line += ["-boot", "n"]
        subprocess.run(line, check=True)
        self.boots.append(boot)
        return True

    def off(self):
        """As if the plug were pulled."""
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
            while self.pid():
                time.sleep(0.01)
        return bool(pid)

    def reset(self):
        self.qmp("system_reset")
        self.boots.append("disk")

    def button(self):
        """A short press of the power button: the system shuts down by itself."""
        self.qmp("system_powerdown")

    def wait(self, limit=120):
        """Until SSH greets; answers the seconds it took."""
        start = time.time()
        while time.time() - start < limit:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 2) as link:
                    link.settimeout(2)
                    if link.recv(4) == b"SSH-":
                        return time.time() - start
            except OSError:
                pass
            time.sleep(0.1)
        raise TimeoutError("no SSH greeting")

    # talking to it

    def qmp(self, command, **arguments):
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(self.path("qmp"))
            lines = link.makefile("rw")

            def ask(name, args):
                lines.write(json.dumps({"execute": name, "arguments": args}) + "\n")
                lines.flush()
                for line in lines:
                    answer = json.loads(line)
                    if "return" in answer:
                        return answer["return"]
                    if "error" in answer:
                        raise RuntimeError(answer["error"]["desc"])

            lines.readline()
            ask("qmp_capabilities", {})
            return ask(command, {key.replace("_", "-"): value for key, value in arguments.items()})

    def ssh(self, *command):
        known = self.path("known")
        open(known, "w").write(f"[127.0.0.1]:{self.port} " + open(self.kernel + "/host.pub").read())
        return subprocess.run(["ssh", "-F", "none", "-o", "UserKnownHostsFile=" + known, "-o", "ConnectTimeout=20", "-o", "BatchMode=yes", "-i", self.kernel + "/id",
                               "-p", str(self.port), "root@127.0.0.1", *command], stdout=subprocess.PIPE, text=True)

    # hurting it

    def hurt(self, kind, disk):
        types = {"read": ["read"], "write": ["write"], "dead": ["read", "write"]}[kind]
        self.qmp("blockdev-add", **{"driver": "blkdebug", "node-name": disk + "-bad", "image": disk + "-file",
                                    "inject-error": [{"event": "none", "iotype": t, "errno": 5, "once": False} for t in types]})
        self.through(disk, disk + "-bad")

    def heal(self, disk):
        self.through(disk, disk + "-file")
        self.qmp("blockdev-del", node_name=disk + "-bad")

    def through(self, disk, node):
        self.qmp("blockdev-reopen", options=[{"driver": "raw", "node-name": disk, "file": node}])

    def unplug(self, disk):
        self.qmp("device_del", id=disk)

    def plug(self, disk):
        number = NVME.index(disk)
        self.qmp("device_add", driver="nvme", id=disk, bus=f"slot{number}", drive=disk, serial=f"SSD-LAB000{number}")

    def smart(self, disk, bits):
        self.qmp("qom-set", path="/machine/peripheral/" + disk, property="smart_critical_warning", value=int(bits))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    machine = Machine(sys.argv[1], sys.argv[2], name=os.environ.get("NAME", "alice"), port=int(os.environ.get("PORT", "2201")),
                      password=os.environ.get("VNC_PASSWORD", "Lab!1234"), accel=os.environ.get("ACCEL", "tcg"))
    verb, rest = sys.argv[3], sys.argv[4:]
    if verb == "ssh":
        done = machine.ssh(*rest)
        sys.stdout.write(done.stdout)
        sys.exit(done.returncode)
    if verb == "status":
        print(machine.qmp("query-status") if machine.pid() else {"status": "off"})
    elif verb == "wait":
        print(f"{machine.wait(*map(float, rest)):.1f} s")
    else:
        result = getattr(machine, verb)(*rest)
        print("ok" if result is None else result)
