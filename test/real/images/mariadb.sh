#!/bin/bash
# MariaDB 10.11 from this machine's packages, with the ways of the official image: root with MARIADB_ROOT_PASSWORD, over the
# socket too; its data below /var/lib/mysql, initialised when it is empty.
# usage: mariadb.sh LAB REGISTRY
set -euo pipefail
LAB=$1
REGISTRY=$2
export DOCKER_HOST=unix://$LAB/pica01.sock
. "$(dirname "$0")/root.sh"

PROGRAMS='mariadb|mariadbd|mariadb-dump|mariadb-admin|mariadb-install-db|mysqldump|mysql|mysqladmin|my_print_defaults|resolveip|mysql_install_db|mysqld'
new_root "$LAB"
account mysql 71 /var/lib/mysql
mkdir -p "$ROOT"/{run/mysqld,var/run,var/lib/mysql,usr/bin,usr/sbin}
ln -s /run/mysqld "$ROOT/var/run/mysqld"
chmod 777 "$ROOT/run/mysqld"
take /usr/share/mysql /usr/lib/mysql/plugin \
  $(dpkg -L mariadb-server-core mariadb-client-core mariadb-client mariadb-server | grep -E "^/usr/s?bin/($PROGRAMS)$" | sort -u)
rm -f "$ROOT"/usr/lib/mysql/plugin/ha_{rocksdb,mroonga,connect,spider,oqgraph}.so
take_libraries "$ROOT"/usr/bin/* "$ROOT"/usr/sbin/* "$ROOT"/usr/lib/mysql/plugin/*.so
cat > "$ROOT/bin/my-start" <<'START'
#!/bin/sh
D=/var/lib/mysql
O="--no-defaults --datadir=$D --socket=/run/mysqld/mysqld.sock --lc-messages-dir=/usr/share/mysql --plugin-dir=/usr/lib/mysql/plugin --skip-name-resolve"
if [ ! -d $D/mysql ]; then
  mariadb-install-db --no-defaults --basedir=/usr --datadir=$D --skip-test-db --auth-root-authentication-method=normal > /tmp/init.log 2>&1 || { cat /tmp/init.log; exit 1; }
  cat > /tmp/init.sql <<SQL
create user root@'%' identified by '${MARIADB_ROOT_PASSWORD:?}';
grant all on *.* to root@'%' with grant option;
alter user root@localhost identified by '$MARIADB_ROOT_PASSWORD';
SQL
  exec mariadbd $O --init-file=/tmp/init.sql
fi
exec mariadbd $O
START
chmod +x "$ROOT/bin/my-start"
chown -R 71:71 "$ROOT/var/lib/mysql"
make_image mariadb:10.11 'ENV PATH=/usr/sbin:/usr/bin:/bin' 'USER mysql' 'CMD ["/bin/my-start"]' 'VOLUME /var/lib/mysql' \
  'HEALTHCHECK --interval=1s --timeout=3s --retries=5 --start-period=30s CMD mariadb-admin --no-defaults -S /run/mysqld/mysqld.sock -h localhost ping'
