#!/usr/bin/env python3
"""A stand-in for Intel AMT 11 in front of a lab machine, for tests only: WS-Man with HTTP digest, and the console by VNC.

usage: amt_stand_in.py [--machine KERNEL_DIR STATE_DIR] [--web 8081] [--vnc 5911] [--lab 8071] [--port 2201] [--name alice] [--password P@ssw0rd] [--vnc-password Lab!1234]
Without --machine the power is a flag in memory and there is no console: enough for most tests, no QEMU needed.
The lab's own port takes JSON by POST, to set what a test needs: {"nonce_uses": 1, "optin": true, "display": false, "agent": true,
"drop": 1 (requests cut without an answer), "slow": 2.5 (seconds), "hurt": ["read", "disk0"], ...}; GET answers the state and the calls seen.
"""
import argparse, base64, datetime, hashlib, http.server, json, os, re, secrets, socket, struct, sys, threading, time
import xml.etree.ElementTree as tree
from xml.sax.saxutils import escape
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machine import Machine

SOAP, ADDRESS = "http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN, ENUM = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd", "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
TRANSFER, COMMON = "http://schemas.xmlsoap.org/ws/2004/09/transfer", "http://schemas.dmtf.org/wbem/wscim/1/common"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
BASES = {"CIM": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/", "AMT": "http://intel.com/wbem/wscim/1/amt-schema/1/",
         "IPS": "http://intel.com/wbem/wscim/1/ips-schema/1/"}
NOBODY = ADDRESS + "/role/anonymous"
VERSION = "11.8.50"
OK, UNSUPPORTED, FAILED, INVALID, BAD_TRANSITION, BUSY = 0, 1, 2, 5, 4097, 4099
ON, OFF = 2, 8


class Fault(Exception):
    def __init__(self, code, text, status=400):
        self.code, self.text, self.status = code, text, status


UNREACHABLE = Fault("b:DestinationUnreachable", "No route can be determined to reach the destination role defined by the WSAddressing To.")
NO_ACTION = Fault("b:ActionNotSupported", "The action is not supported by the service.")
BAD_SELECTORS = Fault("e:InvalidSelectors", "The Selectors for the resource are not valid.")
BAD_CONTEXT = Fault("c:InvalidEnumerationContext", "The supplied enumeration context is invalid.")
BAD_VALUE = Fault("d:InvalidRepresentation", "The XML content was invalid.")


class InMemory:
    """A machine that is only a flag."""
    vnc = None

    def __init__(self):
        self.up, self.boots = False, []

    def pid(self):
        return self.up

    def on(self, boot="disk"):
        self.up = True
        self.boots.append(boot)

    def off(self):
        self.up = False

    reset = lambda self: self.boots.append("disk")
    button = off


class Amt:
    def __init__(self, machine, name, password):
        self.machine, self.name, self.password, self.user = machine, name, password, "admin"
        self.realm = "Digest:" + hashlib.md5(name.encode()).hexdigest().upper()
        self.nonces, self.failures, self.locked_until, self.lock = {}, 0, 0, threading.RLock()
        self.contexts, self.serial, self.log, self.seen = {}, 0, [], []
        self.source, self.role, self.settling = None, 32768, 0
        self.session = False
        self.settings = {"BIOSSetup": "false", "BIOSPause": "false", "BootMediaIndex": "0", "UseSOL": "false", "UseIDER": "false", "IDERBootDevice": "0",
                         "UseSafeMode": "false", "ReflashBIOS": "false", "UserPasswordBypass": "false", "FirmwareVerbosity": "0"}
        self.kvm = {"EnabledByMEBx": "true", "Is5900PortEnabled": "true", "OptInPolicy": "false", "OptInPolicyTimeout": "300", "SessionTimeout": "3",
                    "DefaultScreen": "0", "BackToBackFbMode": "false"}
        self.sap, self.wanted = True, machine.vnc is not None
        self.lab = {"nonce_uses": 20, "optin": False, "display": True, "agent": False, "drop": 0, "slow": 0, "settle": 1.0, "close_after_401": True}

    # HTTP digest (RFC 2617, as AMT 11 speaks it: MD5, qop=auth)

    def challenge(self, stale=False):
        nonce = base64.b64encode(secrets.token_bytes(24)).decode()
        self.nonces[nonce] = 0
        return f'Digest realm="{self.realm}", nonce="{nonce}",stale="{str(stale).lower()}",qop="auth"'

    def admit(self, method, header):
        """None when the caller may pass, else the challenge to send."""
        with self.lock:
            given = dict(re.findall(r'(\w+)=(?:"([^"]*)"|[^\s,]+)', header or "")) | dict(re.findall(r'(\w+)=([^\s,"]+)', header or ""))
            if not header or time.time() < self.locked_until:
                return self.challenge()
            uses = self.nonces.get(given.get("nonce"))
            if uses is None or uses >= self.lab["nonce_uses"]:
                self.nonces.pop(given.get("nonce"), None)
                return self.challenge(stale=True)
            md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
            first, second = md5(f"{self.user}:{self.realm}:{self.password}"), md5(f"{method}:{given.get('uri')}")
            middle = f":{given['nc']}:{given.get('cnonce')}:{given['qop']}:" if "qop" in given else ":"
            if given.get("username") == self.user and given.get("response") == md5(first + ":" + given["nonce"] + middle + second):
                self.nonces[given["nonce"]] = uses + 1
                self.failures = 0
                return None
            self.failures += 1
            if self.failures >= 10:  # each further failure doubles the wait, up to 80 s
                self.locked_until = time.time() + min(80, 5 * 2 ** (self.failures - 10))
            self.note(6, 5, 0x68, bytes([0xAA, self.failures & 255, 0]))
            return self.challenge()

    # what there is

    def note(self, sensor, offset, entity, data=b""):
        """One 21-byte record of the event log."""
        self.log.insert(0, struct.pack("<IBBBBBBBBB", int(time.time()), 0xFF, sensor, 0x6F, offset, 0x68, 8, 0xFF, entity, 0) + data.ljust(8, b"\0"))

    def state(self):
        return ON if self.machine.pid() else OFF

    def instances(self, kind):
        def refer(to, **selectors):
            return [("b:Address", NOBODY), ("b:ReferenceParameters", [("c:ResourceURI", BASES[to[:3]] + to),
                    ("c:SelectorSet", [("c:Selector", value, {"Name": key}) for key, value in selectors.items()])])]

        host = [("SystemCreationClassName", "CIM_ComputerSystem"), ("SystemName", "ManagedSystem")]
        amt = [("SystemCreationClassName", "CIM_ComputerSystem"), ("SystemName", "Intel(r) AMT")]
        made = {"OperationalStatus": "0"}
        services = {"CIM_PowerManagementService": "Intel(r) AMT Power Management Service", "CIM_BootService": "Intel(r) AMT Boot Service"}
        if kind in services:
            return [[("CreationClassName", kind), ("ElementName", services[kind]), ("EnabledState", "5" if "Power" in kind else "2"), ("Name", services[kind]), ("RequestedState", "12")] + amt]
        kind = "CIM_AssociatedPowerManagementService" if kind == "CIM_ServiceAvailableToElement" else kind
        available = ["10", "8", "5"] + (["11", "4", "7", "14", "12"] if self.lab["agent"] else []) if self.state() == ON else ["2"]
        uuid = hashlib.md5(("machine " + self.name).encode()).hexdigest().upper()
        table = {
            "CIM_AssociatedPowerManagementService": lambda: [[("AvailableRequestedPowerStates", a) for a in available] + [("PowerState", str(self.state())),
                ("ServiceProvided", refer("CIM_PowerManagementService", CreationClassName="CIM_PowerManagementService", Name=services["CIM_PowerManagementService"],
                                          SystemCreationClassName="CIM_ComputerSystem", SystemName="Intel(r) AMT")),
                ("UserOfService", refer("CIM_ComputerSystem", CreationClassName="CIM_ComputerSystem", Name="ManagedSystem"))]],
            "CIM_PowerManagementCapabilities": lambda: [[("ElementName", "Power Management Capabilities"), ("InstanceID", "Intel(r) AMT:PowerManagementCapabilities 0")]
                + [("PowerChangeCapabilities", c) for c in "23478"] + [("RequestedPowerStatesSupported", s) for s in ("5", "8", "2", "10", "11", "12", "14")]],
            "CIM_ComputerSystemPackage": lambda: [[("Antecedent", refer("CIM_Chassis", CreationClassName="CIM_Chassis", Tag="CIM_Chassis")),
                ("Dependent", refer("CIM_ComputerSystem", CreationClassName="CIM_ComputerSystem", Name="ManagedSystem")), ("PlatformGUID", uuid)]],
            "CIM_Chassis": lambda: [[("ChassisPackageType", "0"), ("CreationClassName", kind), ("ElementName", "Managed System Chassis"), ("Manufacturer", "To Be Filled By O.E.M."),
                ("Model", "To Be Filled By O.E.M."), ("OperationalStatus", "0"), ("PackageType", "3"), ("SerialNumber", "To Be Filled By O.E.M."), ("Tag", kind), ("Version", "To Be Filled By O.E.M.")]],
            "CIM_Card": lambda: [[("CanBeFRUed", "true"), ("CreationClassName", kind), ("ElementName", "Managed System Base Board"), ("Manufacturer", "ASRock"), ("Model", "Q170M vPro"),
                ("OperationalStatus", "0"), ("PackageType", "9"), ("SerialNumber", "M80-" + uuid[:8]), ("Tag", kind), ("Version", "")]],
            "CIM_BIOSElement": lambda: [[("ElementName", "Primary BIOS"), ("Manufacturer", "American Megatrends Inc."), ("Name", "Primary BIOS"), ("OperationalStatus", "0"), ("PrimaryBIOS", "true"),
                ("ReleaseDate", [("h:Datetime", "2018-06-20T00:00:00Z")]), ("SoftwareElementID", "P7.40"), ("SoftwareElementState", "2"), ("TargetOperatingSystem", "66"), ("Version", "P7.40")]],
            "CIM_Processor": lambda: [[("CPUStatus", "1"), ("CreationClassName", kind), ("CurrentClockSpeed", "3400"), ("DeviceID", "CPU 0"), ("ElementName", "Managed System CPU"),
                ("EnabledState", "2"), ("ExternalBusClockSpeed", "100"), ("Family", "198"), ("HealthState", "0"), ("MaxClockSpeed", "8300"), ("OperationalStatus", "0"),
                ("OtherFamilyDescription", ""), ("RequestedState", "12"), ("Role", "Central"), ("Stepping", "3")] + host + [("UpgradeMethod", "50")]],
            "CIM_Chip": lambda: [[("CanBeFRUed", "true"), ("CreationClassName", kind), ("ElementName", "Managed System Processor Chip"), ("Manufacturer", "Intel(R) Corporation"),
                ("OperationalStatus", "0"), ("Tag", "CPU 0"), ("Version", "Intel(R) Core(TM) i7-6700 CPU @ 3.40GHz")]],
            "CIM_PhysicalMemory": lambda: [[("BankLabel", f"BANK {n}"), ("Capacity", str(16 << 30)), ("ConfiguredMemoryClockSpeed", "2133"), ("CreationClassName", kind),
                ("ElementName", "Managed System Memory Chip"), ("FormFactor", "9"), ("IsSpeedInMhz", "true"), ("Manufacturer", "029E"), ("MaxMemorySpeed", "2133"), ("MemoryType", "26"),
                ("PartNumber", "LAB16GX4M2A2133C13  "), ("SerialNumber", f"0000000{n}"), ("Speed", "0"), ("Tag", "9876543210" + (f" (#{n // 2})" if n else ""))] for n in (0, 2)],
            "CIM_MediaAccessDevice": lambda: [[("Capabilities", "4"), ("CreationClassName", kind), ("DeviceID", f"MEDIA DEV {n}"), ("ElementName", "Managed System Media Access Device"),
                ("EnabledDefault", "2"), ("EnabledState", "0"), ("MaxMediaSize", size), ("OperationalStatus", "0"), ("RequestedState", "12"), ("Security", "2")] + host
                for n, size in enumerate(("2000398934", "2000398934", "480103981", "480103981"))],
            "CIM_SoftwareIdentity": lambda: [[("InstanceID", key), ("IsEntity", "true"), ("VersionString", value)] for key, value in
                {"Flash": VERSION, "AMT": VERSION, "Sku": "16392", "VendorID": "8086", "Build Number": "3425", "Legacy Mode": "False"}.items()],
            "CIM_BootConfigSetting": lambda: [[("ElementName", "Intel(r) AMT: Boot Configuration"), ("InstanceID", "Intel(r) AMT: Boot Configuration 0")]],
            "CIM_BootSourceSetting": lambda: [[("ElementName", "Intel(r) AMT: Boot Source"), ("FailThroughSupported", "2"), ("InstanceID", f"Intel(r) AMT: Force {what} Boot"), ("StructuredBootString", path)]
                for what, path in (("Hard-drive", "CIM:Hard-Disk:1"), ("PXE", "CIM:Network:1"), ("CD/DVD", "CIM:CD/DVD:1"))],
            "CIM_KVMRedirectionSAP": lambda: [[("CreationClassName", kind), ("ElementName", "KVM Redirection Service Access Point"), ("EnabledState", "3" if not self.sap else "2" if self.session else "6"),
                ("KVMProtocol", "4"), ("Name", "KVM Redirection Service Access Point"), ("RequestedState", "2" if self.sap else "3")] + host],
            "AMT_GeneralSettings": lambda: [[("AMTNetworkEnabled", "1"), ("DigestRealm", self.realm), ("DomainName", "lab.test"), ("ElementName", "Intel(r) AMT: General Settings"), ("HostName", self.name),
                ("IdleWakeTimeout", "1"), ("InstanceID", "Intel(r) AMT: General Settings"), ("NetworkInterfaceEnabled", "true"), ("PingResponseEnabled", "true"), ("PowerSource", "0"),
                ("PrivacyLevel", "0"), ("RmcpPingResponseEnabled", "true"), ("SharedFQDN", "true"), ("WsmanOnlyMode", "false")]],
            "AMT_SetupAndConfigurationService": lambda: [[("CreationClassName", kind), ("ElementName", "Intel(r) AMT Setup and Configuration Service"), ("EnabledState", "5"),
                ("Name", "Intel(r) AMT Setup and Configuration Service"), ("PasswordModel", "1"), ("ProvisioningMode", "1"), ("ProvisioningState", "2"), ("RequestedState", "12")] + amt
                + [("ZeroTouchConfigurationEnabled", "true")]],
            "AMT_EthernetPortSettings": lambda: [[("DHCPEnabled", "false"), ("DefaultGateway", "10.0.2.2"), ("ElementName", "Intel(r) AMT Ethernet Port Settings"), ("IPAddress", "10.0.2.16"),
                ("InstanceID", "Intel(r) AMT Ethernet Port Settings 0"), ("IpSyncEnabled", "false"), ("LinkIsUp", "true"), ("LinkPolicy", "1"), ("LinkPolicy", "14"), ("MACAddress", "52-54-00-a1-1c-e0"),
                ("PhysicalConnectionType", "0"), ("SharedDynamicIP", "false"), ("SharedMAC", "true"), ("SubnetMask", "255.255.255.0")]],
            "AMT_BootSettingData": lambda: [sorted([("BIOSLastStatus", "2"), ("BIOSLastStatus", "0"), ("ElementName", "Intel(r) AMT Boot Configuration Settings"), ("InstanceID", "Intel(r) AMT:BootSettingData 0"),
                ("OptionsCleared", "true"), ("OwningEntity", "Intel(r) AMT")] + list(self.settings.items()), key=lambda p: p[0])],
            "AMT_BootCapabilities": lambda: [[("BIOSPause", "false"), ("BIOSReflash", "false"), ("BIOSSetup", "true"), ("ElementName", "Intel(r) AMT: Boot Capabilities"), ("ForceCDorDVDBoot", "true"),
                ("ForceDiagnosticBoot", "false"), ("ForceHardDriveBoot", "true"), ("ForcePXEBoot", "true"), ("IDER", "true"), ("InstanceID", "Intel(r) AMT:BootCapabilities 0"), ("SOL", "true")]],
            "AMT_RedirectionService": lambda: [[("CreationClassName", kind), ("ElementName", "Intel(r) AMT Redirection Service"), ("EnabledState", "32771"), ("ListenerEnabled", "true"),
                ("Name", "Intel(r) AMT Redirection Service")] + amt],
            "AMT_MessageLog": lambda: [[("CreationClassName", kind), ("CurrentNumberOfRecords", str(len(self.log))), ("ElementName", "Intel(r) AMT:MessageLog 1"), ("IsFrozen", "false"),
                ("MaxNumberOfRecords", "390"), ("MaxRecordSize", "21"), ("Name", "Intel(r) AMT:MessageLog 1"), ("OverwritePolicy", "2"), ("Status", "OK")]],
            "IPS_KVMRedirectionSettingData": lambda: [sorted([("ElementName", "Intel(r) KVM Redirection Settings"), ("InstanceID", "Intel(r) KVM Redirection Settings"), ("RFBPassword", "")]
                + list((self.kvm | {"OptInPolicy": str(self.lab["optin"]).lower()}).items()), key=lambda p: p[0])],
            "IPS_OptInService": lambda: [[("CanModifyOptInPolicy", "1"), ("CreationClassName", kind), ("ElementName", "Intel(r) AMT OptIn Service"), ("Name", "Intel(r) AMT OptIn Service"),
                ("OptInCodeTimeout", "120"), ("OptInDisplayTimeout", "300"), ("OptInRequired", "1" if self.lab["optin"] else "0"), ("OptInState", "0")] + amt],
        }
        if kind not in table:
            raise UNREACHABLE
        return table[kind]()

    # what can be asked of it

    def answer(self, text):
        try:
            envelope = tree.fromstring(text)
        except tree.ParseError:
            raise Fault("a:Sender", "The XML is not well formed.")
        head, body = envelope.find(f"{{{SOAP}}}Header"), envelope.find(f"{{{SOAP}}}Body")
        if body is not None and body.find(f"{{{IDENTITY}}}Identify") is not None:
            return self.envelope("0", None, "", f'<g:IdentifyResponse xmlns:g="{IDENTITY}"><g:ProtocolVersion>{WSMAN}</g:ProtocolVersion><g:ProductVendor>Intel(r)</g:ProductVendor>'
                                 f'<g:ProductVersion>AMT {VERSION}</g:ProductVersion></g:IdentifyResponse>')
        action, resource = (head.findtext(path) or "" for path in (f"{{{ADDRESS}}}Action", f"{{{WSMAN}}}ResourceURI"))
        relates = head.findtext(f"{{{ADDRESS}}}MessageID") or "0"
        kind = resource.rsplit("/", 1)[-1]
        if BASES.get(kind[:3], "?") + kind != resource:
            raise UNREACHABLE
        selectors = {s.get("Name"): s.text for s in head.iter(f"{{{WSMAN}}}Selector")}
        self.seen.append(f"{kind} {action.rsplit('/', 1)[-1]}")
        wrap = lambda inner: self.envelope(relates, action + "Response", resource, inner)
        if action == TRANSFER + "/Get":
            return wrap(self.render(kind, self.pick(kind, selectors), "g"))
        if action == ENUM + "/Enumerate":
            self.instances(kind)
            self.serial += 1
            context = f"{self.serial:04X}0000-0000-0000-0000-000000000000"
            self.contexts[context] = kind
            return wrap(f'<g:EnumerateResponse xmlns:g="{ENUM}"><g:EnumerationContext>{context}</g:EnumerationContext></g:EnumerateResponse>')
        if action == ENUM + "/Pull":
            if self.contexts.pop(body.findtext(f".//{{{ENUM}}}EnumerationContext"), None) != kind:
                raise BAD_CONTEXT
            # asked for the association, AMT answers with its subclass
            shown = "CIM_AssociatedPowerManagementService" if kind == "CIM_ServiceAvailableToElement" else kind
            items = "".join(self.render(shown, one, "h") for one in self.instances(kind))
            return wrap(f'<g:PullResponse xmlns:g="{ENUM}"><g:Items>{items}</g:Items><g:EndOfSequence></g:EndOfSequence></g:PullResponse>')
        if action == TRANSFER + "/Put":
            self.pick(kind, selectors)
            return wrap(self.put(kind, {one.tag.split("}")[1]: one.text or "" for one in body[0]}))
        method = action.rsplit("/", 1)[-1]
        if action != resource + "/" + method:
            raise NO_ACTION
        given = {one.tag.split("}")[1]: one for one in body[0]} if len(body) else {}
        result = self.invoke(kind, method, given)
        inner = "".join(f"<g:{key}>{escape(str(value))}</g:{key}>" for key, value in result)
        return wrap(f'<g:{method}_OUTPUT xmlns:g="{resource}">{inner}</g:{method}_OUTPUT>')

    def pick(self, kind, selectors):
        found = [one for one in self.instances(kind) if all((key, value) in one for key, value in selectors.items())]
        if len(found) != 1:
            raise BAD_SELECTORS
        return found[0]

    def put(self, kind, values):
        if kind == "AMT_BootSettingData":
            if self.source and "true" in (values.get("UseIDER"), values.get("UseSOL")):
                raise BAD_VALUE
            self.settings.update({key: values[key] for key in self.settings if key in values})
        elif kind == "IPS_KVMRedirectionSettingData":
            secret = values.get("RFBPassword")
            if secret and not (len(secret) == 8 and all(re.search(form, secret) for form in ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]"))):
                raise BAD_VALUE
            if secret and self.machine.vnc and self.machine.pid():
                self.machine.password = secret
                self.machine.qmp("set_password", protocol="vnc", password=secret)
            self.kvm.update({key: values[key] for key in self.kvm if key in values and key != "EnabledByMEBx"})
        else:
            raise NO_ACTION
        return self.render(kind, self.instances(kind)[0], "g")

    def invoke(self, kind, method, given):
        done = lambda value: [("ReturnValue", value)]
        picked = lambda name: next((s.text for s in given[name].iter(f"{{{WSMAN}}}Selector") if s.get("Name") == "InstanceID"), None) if name in given else None
        if (kind, method) == ("CIM_PowerManagementService", "RequestPowerStateChange"):
            return done(self.power(int(given["PowerState"].text)))
        if (kind, method) == ("CIM_BootConfigSetting", "ChangeBootOrder"):
            source = picked("Source")
            if source and source not in [dict((p[0], p[1]) for p in one)["InstanceID"] for one in self.instances("CIM_BootSourceSetting")]:
                return done(INVALID)
            self.source = source
            return done(OK)
        if (kind, method) == ("CIM_BootService", "SetBootConfigRole"):
            if given["Role"].text not in ("1", "32768"):
                return done(INVALID)
            self.role = int(given["Role"].text)
            return done(OK)
        if (kind, method) == ("CIM_KVMRedirectionSAP", "RequestStateChange"):
            self.sap = given["RequestedState"].text == "2"
            return done(OK)
        if kind == "AMT_MessageLog" and method == "PositionToFirstRecord":
            return [("IterationIdentifier", 1)] + done(OK if self.log else FAILED)
        if kind == "AMT_MessageLog" and method == "GetRecords":
            start = int(given["IterationIdentifier"].text) - 1
            count = int(given["MaxReadRecords"].text)
            records = self.log[start:start + count]
            return [("IterationIdentifier", start + len(records) + 1), ("NoMoreRecords", str(start + count >= len(self.log)).lower())] + \
                [("RecordArray", base64.b64encode(record).decode()) for record in records] + done(OK)
        if kind == "IPS_OptInService" and method in ("StartOptIn", "SendOptInCode", "CancelOptIn"):
            return done(OK if self.lab["optin"] else FAILED)
        raise NO_ACTION

    def power(self, wanted):
        with self.lock:
            now = self.state()
            if time.time() < self.settling:
                return BUSY
            if wanted not in (2, 4, 5, 7, 8, 10, 11, 12, 14):
                return INVALID
            if wanted in (4, 7, 11, 12, 14) and not self.lab["agent"]:
                return UNSUPPORTED
            if wanted != ON and now == OFF or wanted in (5, 8) and self.session:
                return BAD_TRANSITION
            network = self.role == 1 and "PXE" in (self.source or "")
            if wanted == 2 and now == ON:
                return OK
            if wanted in (2, 5, 10):
                self.role, self.source = 32768, None
                self.settings = {key: "false" if value in ("true", "false") else "0" for key, value in self.settings.items()}
                if wanted == 10 and not network:
                    self.machine.reset()
                else:
                    self.machine.off()
                    self.machine.on("network" if network else "disk")
                self.note(15, 2, 34, b"\x40\x13")
            elif wanted == 8:
                self.machine.off()
            else:
                self.machine.button()
            self.settling = time.time() + self.lab["settle"]
            return OK

    # XML

    def render(self, kind, values, prefix):
        def one(name, value, attributes={}):
            name = name if ":" in name else f"{prefix}:{name}"
            extra = f' xmlns:h="{COMMON}"' if name == "h:Datetime" else ""
            extra += "".join(f' {key}="{escape(text)}"' for key, text in attributes.items())
            return f"<{name}{extra}>{''.join(one(*part) for part in value) if isinstance(value, list) else escape(value)}</{name}>"
        return f'<{prefix}:{kind} xmlns:{prefix}="{BASES[kind[:3]]}{kind}">{"".join(one(*value) for value in values)}</{prefix}:{kind}>'

    def envelope(self, relates, action, resource, body):
        self.serial += 1
        head = f"<b:To>{NOBODY}</b:To><b:RelatesTo>{escape(relates)}</b:RelatesTo>"
        head += f'<b:Action a:mustUnderstand="true">{action}</b:Action><b:MessageID>uuid:00000000-8086-8086-8086-{self.serial:012X}</b:MessageID>' if action else ""
        head += f"<c:ResourceURI>{resource}</c:ResourceURI>" if resource else ""
        return (f'<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a="{SOAP}" xmlns:b="{ADDRESS}" xmlns:c="{WSMAN}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
                f"<a:Header>{head}</a:Header><a:Body>{body}</a:Body></a:Envelope>")

    def fault(self, fault):
        spaces = f'xmlns:c="{ENUM}" xmlns:d="{TRANSFER}" xmlns:e="{WSMAN}"'
        return self.envelope("0", ADDRESS + "/fault", "", f'<a:Fault {spaces}><a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>{fault.code}</a:Value></a:Subcode></a:Code>'
                             f'<a:Reason><a:Text xml:lang="en-US">{escape(fault.text)}</a:Text></a:Reason><a:Detail></a:Detail></a:Fault>')


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version, timeout, disable_nagle_algorithm = "HTTP/1.1", 6, True
    log_message = lambda *_: None
    version_string = lambda self: "Intel(R) Active Management Technology " + VERSION

    def do_POST(self):
        amt = self.server.amt
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if amt.lab["drop"]:
            amt.lab["drop"] -= 1
            self.close_connection = True
            return
        time.sleep(amt.lab["slow"])
        challenge = amt.admit("POST", self.headers.get("Authorization"))
        if challenge:
            page = b"<!DOCTYPE html><html><head><title>401</title></head><body>Unauthorized</body></html>"
            self.send_response(401)
            self.send_header("WWW-Authenticate", challenge)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Connection", "close" if amt.lab["close_after_401"] else "keep-alive")
            self.end_headers()
            self.wfile.write(page)
            return
        if self.path != "/wsman":
            return self.send_error(404)
        try:
            with amt.lock:
                status, answer = 200, amt.answer(text)
        except Fault as fault:
            status, answer = fault.status, amt.fault(fault)
        self.send_response(status)
        self.send_header("Content-Type", "application/soap+xml; charset=UTF-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        data = answer.encode()
        for start in range(0, len(data), 1000):
            part = data[start:start + 1000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")


class Lab(http.server.BaseHTTPRequestHandler):
    log_message = lambda *_: None

    def do_POST(self):
        amt = self.server.amt
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for verb in ("hurt", "heal", "plug", "unplug", "smart"):
            if verb in asked:
                getattr(amt.machine, verb)(*asked.pop(verb))
        amt.lab.update(asked)
        self.do_GET()

    def do_GET(self):
        amt = self.server.amt
        data = json.dumps({"power": amt.state(), "lab": amt.lab, "session": bool(amt.session), "failures": amt.failures, "boots": amt.machine.boots, "seen": amt.seen[-50:]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Console:
    """Relays VNC to the machine, narrowed to what AMT can do: 16 or 8 bits a pixel, Raw and ZRLE, one session at a time."""
    RGB565 = struct.pack(">BBBBHHHBBB3x", 16, 16, 0, 1, 31, 63, 31, 11, 5, 0)

    def __init__(self, amt, port):
        self.amt = amt
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client):
        amt, server = self.amt, None

        def read(link, count):
            data = link.recv(count, socket.MSG_WAITALL) if count else b""
            if len(data) < count:
                raise ConnectionError
            return data

        try:
            if not amt.sap or amt.kvm["Is5900PortEnabled"] != "true":
                return
            client.sendall(b"RFB 004.000\n")
            version = read(client, 12)
            if version != b"RFB 003.008\n":
                return
            reason = b"KVM session in use" if amt.session else b"Error: 0x80862001: Unsupported or inactive display adapter" if not amt.machine.pid() or not amt.machine.vnc else None
            if reason:
                client.sendall(b"\0" + struct.pack(">I", len(reason)) + reason)
                return
            amt.session = client
            server = socket.create_connection(("127.0.0.1", amt.machine.vnc))
            read(server, 12)
            server.sendall(version)
            client.sendall(read(server, 1 + read(server, 1)[0] - 1) and b"\x01\x02")  # VNC authentication, nothing else
            server.sendall(read(client, 1))
            client.sendall(read(server, 16))
            server.sendall(read(client, 16))
            result = read(server, 4)
            client.sendall(result)
            if result != b"\0\0\0\0":
                return client.sendall(server.recv(400))
            server.sendall(read(client, 1))
            start = read(server, 24)
            client.sendall(start[:4] + self.RGB565 + start[20:] + read(server, struct.unpack(">I", start[20:])[0]))
            server.sendall(b"\0\0\0\0" + self.RGB565)
            if not amt.lab["display"] or amt.lab["optin"]:
                return time.sleep(3)  # no picture comes, and the session ends
            threading.Thread(target=self.pump, args=(server, client), daemon=True).start()
            while True:
                kind = read(client, 1)
                message = kind + read(client, {0: 19, 2: 3, 3: 9, 4: 7, 5: 5, 6: 7}[kind[0]])
                if kind == b"\0" and message[4] not in (8, 16):
                    return
                if kind == b"\2":
                    codes = struct.unpack(f">{message[3]}i", read(client, 4 * message[3])) if message[2] == 0 else ()
                    if 0 not in codes:
                        return
                    kept = [code for code in codes if code in (0, 16, -223)]
                    message = b"\2\0" + struct.pack(f">H{len(kept)}i", len(kept), *kept)
                if kind == b"\6":
                    read(client, struct.unpack(">I", message[4:])[0])
                    continue
                server.sendall(message)
        except (OSError, IndexError, KeyError, struct.error):
            pass
        finally:
            for link in (client, server):
                if link:
                    try:
                        link.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass
                    link.close()
            if amt.session is client:
                amt.session = False

    def pump(self, source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for link in (source, target):
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *where):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client may go at any time
            super().handle_error(*where)


def serve(port, handler, amt):
    server = Server(("127.0.0.1", port), handler)
    server.amt = amt
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--machine", nargs=2)
    parser.add_argument("--name", default="alice")
    parser.add_argument("--password", default="P@ssw0rd")
    parser.add_argument("--vnc-password", default="Lab!1234")
    for name, default in (("web", 8081), ("vnc", 5911), ("lab", 8071), ("port", 2201)):
        parser.add_argument("--" + name, type=int, default=default)
    asked = parser.parse_args()
    machine = Machine(*asked.machine, name=asked.name, port=asked.port, password=asked.vnc_password) if asked.machine else InMemory()
    amt = Amt(machine, asked.name, asked.password)
    serve(asked.web, Web, amt)
    serve(asked.lab, Lab, amt)
    if machine.vnc:
        Console(amt, asked.vnc)
    print("ready", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        machine.off()
