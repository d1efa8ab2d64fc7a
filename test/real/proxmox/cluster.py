"""A Proxmox cluster of two nodes for the tests on real servers: fakepve, with what it lacks.

    cluster.py CERT KEY CERT KEY

Listens on two ports of loopback, a host of the cluster each, with the certificates given. Prints them as JSON, then obeys orders that come
as JSON, one a line, and answers each with a line; ends with its standard input.
"""

import asyncio
import json
import struct
import ssl
import sys
import time

import aiohttp
from aiohttp import web
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from fakepve import FakePve
from fakepve.model import PveError, TaskError
from fakepve.qemu import DRIVE_KEY, drives_of, with_mac

HOST = '127.0.0.1'
TOKEN = 'vigie@pve!ops'
SECRET = '12345678-1234-1234-1234-123456789abc'
RIGHTS = ('VM.Audit', 'VM.Snapshot', 'VM.Snapshot.Rollback', 'VM.Backup', 'VM.PowerMgmt', 'VM.Migrate', 'VM.GuestAgent.Audit', 'VM.Allocate',
          'VM.Config.Options', 'VM.Config.Network', 'SDN.Use',
          'Datastore.Audit', 'Datastore.AllocateSpace', 'Sys.Audit')
# Seconds of the cluster in a second of ours.
SPEED = 50
GIB = 1024 ** 3


class Cluster(FakePve):
    def __init__(self):
        super().__init__(host=HOST, port=0)
        self.nodes = {}
        self.sites = []
        # Ports of hosts that hang up on everybody.
        self.down = set()
        # What becomes of answers: 'lose', 'garble' or 'stall', by method; once each.
        self.spoil = {}
        # Kind of task -> how the next one ends.
        self.ends = {}
        self.stopping = {}
        self.reset()

    def reset(self):
        """Two machines, four guests, a token that may do what vigie needs."""
        self.time_scale = 1 / SPEED
        self.nodes.clear()
        for name in ('alice', 'bob'):
            self.add_node(name)
        self.vms.clear()
        self.tasks.clear()
        self.tasklog.clear()
        self.failures.clear()
        self.ends.clear()
        self.spoil.clear()
        self.down.clear()
        # Job -> what replication.cfg and its node's state have of it.
        self.jobs = {}
        # Long enough to be seen before, after an order.
        self.ha_delay = 60
        self.quorate = True
        self.cluster_name = 'lab'
        self.storages['local'].update(content='iso,vztmpl,backup', volumes={})
        self.apitokens = {TOKEN: SECRET}
        self.rights(RIGHTS)
        disk = {'scsi0': 'local-lvm:vm-{0}-disk-0,size=8G', 'memory': '2048', 'onboot': 1,
                'net0': 'virtio=BC:24:11:00:00:{0:02},bridge=vmbr0'}
        for vmid, name, node, status in ((101, 'pica01', 'alice', 'running'), (102, 'pica02', 'bob', 'running'),
                                         (103, 'scratch', 'alice', 'stopped')):
            config = {key: value.format(vmid % 100) if key == 'net0' else str(value).format(vmid) for key, value in disk.items()}
            self.add_vm(vmid, name, node=node, status=status, config=config)
        self.vm(101).config['agent'] = 'enabled=1'
        self.vm(101).agent = {}

    def rights(self, names, path='/'):
        self.acl = {}
        self.grant(TOKEN, path, *names)

    # ------------------------------------------------------ faults of the network

    def _build_app(self):
        app = super()._build_app()
        app.middlewares.insert(0, self._faulty)
        return app

    @web.middleware
    async def _faulty(self, request, handler):
        port = request.transport.get_extra_info('sockname')[1]
        if port in self.down:
            request.transport.abort()
            raise ConnectionResetError('this host is down')
        fault = self.spoil.pop(request.method, None)
        if fault == 'garble':
            return web.Response(text='<html>Welcome to nginx!</html>', content_type='text/html')
        if fault == 'stall':
            await asyncio.sleep(600)
        answer = await handler(request)
        if fault == 'lose':
            request.transport.abort()
            raise ConnectionResetError('the answer is lost')
        return answer

    # ------------------------------------------------------ what fakepve lacks

    def _routes_lab(self):
        node = '/nodes/{node}'
        return [('POST', node + '/vzdump', self._vzdump), ('POST', node + '/qemu/{vmid}/migrate', self._migrate),
                ('DELETE', node + '/tasks/{upid}', self._stop_task), ('GET', node + '/vzdump/extractconfig', self._extract),
                ('GET', node + '/replication', self._replications), ('POST', node + '/replication/{id}/schedule_now', self._replicate_now)]

    async def task(self, node, ttype, tid, user, body, vm=None, lock=True, log=()):
        """As fakepve's, but it can be stopped, and told how to end."""
        end = self.ends.pop(ttype, None)
        stop = asyncio.Event()

        async def told():
            if end is not None and not end.startswith('WARNINGS'):
                if ttype == 'qmrestore':
                    # Proxmox leaves what it made, and its lock not.
                    self._qm_lock(vm, None)
                raise TaskError(end)
            work = asyncio.ensure_future(body())
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
                raise TaskError('interrupted by signal')
            note = work.result()
            if end is not None:
                raise TaskError(end)
            return note
        upid = await super().task(node, ttype, tid, user, told, vm=vm, lock=lock, log=log)
        self.stopping[upid] = stop
        return upid

    async def _stop_task(self, v, user):
        task = self.tasks.get(v['upid'])
        if task is None:
            raise PveError(500, 'no such task')
        self.stopping[v['upid']].set()

    async def _migrate(self, v, user):
        vm = self.find(v['node'], v['vmid'])
        if v['target'] not in self.nodes:
            raise PveError(500, "no such cluster node '{0}'".format(v['target']))
        if vm.status == 'running' and not v.get('online'):
            raise PveError(500, "can't migrate running VM without --online")
        self.need_quorum()
        if vm.ha_managed:
            return await self._order_move(vm, v['target'], user)
        return await self.migrate(vm.vmid, v['target'], secs=20, user=user)

    async def _order_move(self, vm, target, user):
        """Proxmox HA moves it later."""
        async def later():
            await self.pause(self.ha_delay)
            await self.migrate(vm.vmid, target, secs=20)

        async def body():
            asyncio.ensure_future(later())
        return await self.task(vm.node, 'hamigrate', vm.vmid, user, body, lock=False)

    async def _replications(self, v, user):
        """As PVE::ReplicationState: of guests that are here; a job that leads here is turned round, its guest was given away."""
        found = []
        for job in self.jobs.values():
            if self.vm(job['guest']).node != v['node'] or int(v.get('guest', job['guest'])) != job['guest']:
                continue
            if job['target'] == v['node']:
                job.update(target=job['source'], source=job['target'], last_sync=0, fail_count=0)
                job.pop('error', None)
            found.append({key: value for key, value in job.items() if key != 'breaks'})
        return found

    async def _replicate_now(self, v, user):
        job = self.jobs.get(v['id'])
        if job is None:
            raise PveError(500, "no such replication job '{0}'".format(v['id']))
        self.require(user, '/vms/{0}'.format(job['guest']), 'VM.Audit')

        async def later():
            await self.pause(5)
            if job['breaks']:
                job.update(fail_count=job['fail_count'] + 1, error=job['breaks'])
            else:
                job.update(last_sync=int(time.time()), fail_count=0)
        asyncio.ensure_future(later())

    async def _vzdump(self, v, user):
        vm = self.find(v['node'], v['vmid'])
        self.require(user, '/vms/{0}'.format(vm.vmid), 'VM.Backup')
        self.require(user, '/storage/' + v['storage'], 'Datastore.AllocateSpace')
        self._store(v['storage'])
        self.need_quorum()

        async def body():
            if vm.lock:
                raise TaskError('VM is locked ({0})'.format(vm.lock))
            self._qm_lock(vm, 'backup')
            try:
                await self.pause(60)
            finally:
                self._qm_lock(vm, None)
            now = time.gmtime()
            name = 'backup/vzdump-qemu-{0}-{1}.vma.zst'.format(vm.vmid, time.strftime('%Y_%m_%d-%H_%M_%S', now))
            self.storages[v['storage']]['volumes'][name] = {
                'content': 'backup', 'format': 'vma.zst', 'size': GIB, 'vmid': vm.vmid, 'ctime': int(time.time()),
                'notes': v.get('notes-template', ''), 'node': vm.node, 'saved': dict(vm.config, name=vm.name)}
            return 'INFO: Finished Backup of VM {0}'.format(vm.vmid)
        return await self.task(vm.node, 'vzdump', vm.vmid, user, body, log=[
            'INFO: starting new backup job: vzdump {0} --storage {1}'.format(vm.vmid, v['storage'])])

    def _saved(self, volume, node):
        """What vzdump kept of a guest's configuration, in the file of this volume."""
        sid, _, name = volume.partition(':')
        vol = self.storages.get(sid, {}).get('volumes', {}).get(name)
        if vol is None or vol.get('node') not in (None, node):
            raise PveError(500, "unable to find configuration file: volume '{0}' does not exist".format(volume))
        return vol['saved']

    async def _extract(self, v, user):
        saved = self._saved(v['volume'], v['node'])
        lines = ['{0}: {1}'.format(key, saved[key]) for key in sorted(saved) if key not in ('lock', 'digest', 'description')]
        return '\n'.join(lines + ['#qmdump#map:scsi0:drive-scsi0:local-lvm:raw:', ''])

    async def _qm_create(self, v, user):
        """With an archive, as PVE/API2/Qemu.pm: what is given stands in the place of what the backup holds, and what fails stays."""
        if not v.get('archive'):
            return await super()._qm_create(v, user)
        node, vmid = v['node'], int(v['vmid'])
        self.need_quorum()
        self._qm_perm(user, vmid, None, 'VM.Allocate')
        self.require(user, '/storage/' + v['archive'].partition(':')[0], 'Datastore.AllocateSpace')
        given = {key: value for key, value in v.items() if key not in ('node', 'vmid', 'archive', 'unique', 'storage', 'start', 'force')}
        for key in given:
            if DRIVE_KEY.match(key):
                raise PveError(400, "Parameter verification failed: {0}: option conflicts with option 'archive'".format(key))
            self._qm_perm(user, vmid, None, self._config_priv(key))
            if key.startswith('net'):
                given[key] = with_mac(given[key])
        saved = self._saved(v['archive'], node)
        if self._qm_taken(vmid):
            where = self.vm(vmid) or self.guest(vmid)
            raise PveError(500, "unable to restore VM {0} - VM {0} already exists on node '{1}'".format(vmid, where.node))
        vm = self.add_vm(vmid, 'VM {0}'.format(vmid), node=node, status='stopped')
        vm.config.clear()
        self._qm_lock(vm, 'create')

        async def body():
            await self.pause(60)
            config = {key: value for key, value in saved.items() if key not in ('lock', 'name')}
            for key, _volume, props in drives_of(config, skip_cdrom=True):
                volid, _format = self._qm_alloc('local-lvm', vmid, None, int(props['size'][:-1]) * GIB)
                config[key] = '{0},size={1}'.format(volid, props['size'])
            config.update(given)
            config.setdefault('name', saved['name'])
            vm.name = config['name']
            vm.config = config
            self._qm_lock(vm, None)
        return await self.task(node, 'qmrestore', vmid, user, body, vm=vm, lock=False, log=['restore vma archive: ' + v['archive']])

    async def _content_list(self, v, user):
        """A storage that isn't shared holds other files on each node."""
        here = await super()._content_list(v, user)
        volumes = self.storages[v['storage']].get('volumes', {})
        owner = {'{0}:{1}'.format(v['storage'], name): vol.get('node') for name, vol in volumes.items()}
        return [item for item in here if owner.get(item['volid'], v['node']) in (None, v['node'])]

    async def _generic(self, request):
        """HA's own state, in its documented form: fakepve's is a constant."""
        answer = await super()._generic(request)
        if answer.status != 200 or not request.path.endswith('/cluster/ha/status/current'):
            return answer
        rows = [{'id': 'quorum', 'type': 'quorum', 'node': 'alice', 'status': 'OK', 'quorate': int(self.quorate)}]
        for vm in self.vms:
            if vm.ha_managed:
                sid = 'vm:{0}'.format(vm.vmid)
                rows.append({'id': 'service:' + sid, 'type': 'service', 'sid': sid, 'node': vm.node, 'state': vm.ha_state,
                             'crm_state': vm.ha_state, 'request_state': vm.ha_state, 'status': '{0} ({1}, {2})'.format(sid, vm.node, vm.ha_state)})
        return web.json_response({'data': rows})

    async def _rfb(self, ws, vm, secret):
        """A VNC server as QEMU is one: RFB 3.8, a password, 32 bits little-endian, and the client's own format where it names one."""
        width, height, rgb = vm.screen
        have = b''

        async def read(size):
            nonlocal have
            while len(have) < size:
                frame = await ws.receive()
                if frame.type != aiohttp.WSMsgType.BINARY:
                    raise ConnectionError('client went away')
                have += frame.data
            data, have = have[:size], have[size:]
            return data
        await ws.send_bytes(b'RFB 003.008\n')
        await read(12)
        await ws.send_bytes(b'\x01\x02')
        await read(1)
        challenge = bytes(range(16))
        await ws.send_bytes(challenge)
        key = (secret.encode() + bytes(8))[:8]
        key = bytes(int('{:08b}'.format(b)[::-1], 2) for b in key)
        cipher = Cipher(TripleDES(key * 3), modes.ECB()).encryptor()
        if await read(16) != cipher.update(challenge) + cipher.finalize():
            reason = b'Authentication failed\0'
            await ws.send_bytes(struct.pack('>II', 1, len(reason)) + reason)
            return
        await ws.send_bytes(bytes(4))
        await read(1)
        name = b'QEMU (' + vm.name.encode() + b')'
        await ws.send_bytes(struct.pack('>HHBBBBHHHBBBxxxI', width, height, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0, len(name)) + name)
        while True:
            kind = (await read(1))[0]
            if kind == 0:
                raise ConnectionError('another format than its own')
            if kind == 2:
                await read(4 * struct.unpack('>xH', await read(3))[0])
            elif kind == 3:
                await read(9)
                pixels = b''.join(bytes((rgb[at + 2], rgb[at + 1], rgb[at], 0)) for at in range(0, len(rgb), 3))
                await ws.send_bytes(struct.pack('>BxHHHHHi', 0, 1, 0, 0, width, height, 0))
                # In parts, as a network would.
                for start in range(0, len(pixels), 50000):
                    await ws.send_bytes(pixels[start:start + 50000])

    # ------------------------------------------------------ orders

    def order(self, do, **o):
        if do == 'reset':
            self.reset()
        elif do == 'rights':
            self.rights(o['names'], o.get('path', '/'))
        elif do == 'slow':
            self.time_scale = 1
        elif do == 'quorum':
            self.quorate = o['has']
        elif do == 'online':
            self.set_node_offline(o['node'], not o['is'])
        elif do == 'lock':
            self._qm_lock(self.vm(o['vmid']), o['lock'])
        elif do == 'screen':
            vm = self.vm(o['vmid'])
            vm.rfb, vm.screen = True, (o['width'], o['height'], open(o['file'], 'rb').read())
        elif do == 'replicate':
            vmid = o['vmid']
            self.jobs['{0}-0'.format(vmid)] = {
                'id': '{0}-0'.format(vmid), 'jobnum': 0, 'type': 'local', 'guest': vmid, 'vmtype': 'qemu', 'schedule': '*/15',
                'source': self.vm(vmid).node, 'target': o['target'], 'last_sync': int(time.time()) - 900, 'fail_count': 0, 'breaks': None}
        elif do == 'break':
            self.jobs['{0}-0'.format(o['vmid'])]['breaks'] = o['why']
        elif do == 'give':
            self.vm(o['vmid']).node = o['node']
        elif do == 'off':
            self.vm(o['vmid']).status = 'stopped' if o['is'] else 'running'
        elif do == 'deaf':
            self.vm(o['vmid']).acpi = False
        elif do == 'manage':
            vm = self.vm(o['vmid'])
            vm.ha_state = 'started' if vm.status == 'running' else 'stopped'
        elif do == 'agent':
            vm = self.vm(o['vmid'])
            vm.config['agent'] = '0' if o['state'] == 'absent' else '1'
            vm.agent = {} if o['state'] == 'answers' else None
        elif do == 'guest':
            self.add_vm(o['vmid'], o['name'], node=o['node'], config={'scsi0': 'local-lvm:vm-{0}-disk-0,size=1G'.format(o['vmid'])})
        elif do == 'end':
            self.ends[o['kind']] = o['end']
        elif do == 'spoil':
            self.spoil[o['method']] = o['how']
        elif do == 'down':
            self.down = set(o['ports'])
        elif do == 'fail':
            self.fail(o['method'], o['path'], o['status'], o['message'])
        elif do == 'count':
            return sum(1 for method, _, _ in self.requests if method != 'GET')
        else:
            raise ValueError('no such order: ' + do)


async def main(pairs):
    cluster = Cluster()
    cluster.runner = web.AppRunner(cluster._build_app())
    await cluster.runner.setup()
    ports = []
    for cert, key in zip(pairs[::2], pairs[1::2]):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
        site = web.TCPSite(cluster.runner, HOST, 0, ssl_context=context)
        await site.start()
        ports.append(site._server.sockets[0].getsockname()[1])
    print(json.dumps({'ports': ports, 'token': '{0}={1}'.format(TOKEN, SECRET)}), flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            print(json.dumps({'done': cluster.order(**json.loads(line))}), flush=True)
        except Exception as e:  # noqa: BLE001 - whoever ordered is told
            print(json.dumps({'failed': repr(e)}), flush=True)
    await cluster.runner.cleanup()


if __name__ == '__main__':
    asyncio.run(main(sys.argv[1:]))
