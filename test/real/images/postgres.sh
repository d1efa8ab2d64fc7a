#!/bin/bash
# PostgreSQL 15 from this machine's packages, with the ways of the official image: a superuser `postgres` (POSTGRES_USER) whose password is
# POSTGRES_PASSWORD over TCP, none over the socket; its data below /var/lib/postgresql, initialised when it is empty, without TCP
# until that is done.
# usage: postgres.sh LAB REGISTRY
set -euo pipefail
LAB=$1
REGISTRY=$2
export DOCKER_HOST=unix://$LAB/pica01.sock
. "$(dirname "$0")/root.sh"

PG=/usr/lib/postgresql/15
new_root "$LAB"
account postgres 70 /var/lib/postgresql
mkdir -p "$ROOT"/{run/postgresql,var/run,var/lib/postgresql,usr/lib/locale}
ln -s /run/postgresql "$ROOT/var/run/postgresql"
chmod 1777 "$ROOT/run/postgresql"
take $PG/bin $PG/lib /usr/share/postgresql/15 /usr/share/zoneinfo /usr/lib/locale/C.utf8
# LLVM alone would be 100 MB.
rm -rf "$ROOT$PG"/lib/bitcode "$ROOT$PG"/lib/llvmjit*
# PostGIS would be another 100 MB: it is for the server on the host.
rm -rf "$ROOT$PG"/lib/{postgis,rtpostgis,address_standardizer,pg_cron}* "$ROOT"/usr/share/postgresql/15/extension/{postgis,address_standardizer,pg_cron}*
take_libraries $PG/bin/* $(ls $PG/lib/*.so | grep -vE 'llvm|perl|python|tcl|postgis|address_standardizer|cron')
cat > "$ROOT/bin/pg-start" <<'START'
#!/bin/sh
export PGDATA=/var/lib/postgresql/data
if [ ! -f $PGDATA/PG_VERSION ]; then
  printf %s "${POSTGRES_PASSWORD:?}" > /tmp/password
  initdb -U "${POSTGRES_USER:-postgres}" --pwfile=/tmp/password -A scram-sha-256 --auth-local=trust --locale=C.UTF-8 -E UTF8 > /dev/null
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> $PGDATA/pg_hba.conf
  pg_ctl -w -o "-c listen_addresses=''" start > /dev/null
  [ -z "$POSTGRES_INIT" ] || psql -q -U "${POSTGRES_USER:-postgres}" -d postgres -c "$POSTGRES_INIT"
  pg_ctl -w -m fast stop > /dev/null
fi
exec postgres -c listen_addresses='*'
START
chmod +x "$ROOT/bin/pg-start"
chown 70:70 "$ROOT/var/lib/postgresql"
make_image postgres:15 "ENV PATH=$PG/bin:/bin" 'ENV LANG=C.UTF-8' 'USER postgres' 'CMD ["/bin/pg-start"]' 'VOLUME /var/lib/postgresql' \
  'HEALTHCHECK --interval=1s --timeout=3s --retries=5 --start-period=30s CMD pg_isready -h 127.0.0.1'
