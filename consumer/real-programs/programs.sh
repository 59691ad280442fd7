# Programs of the distribution under load, for scripts that track them. Nothing of ours is in them but what the JVM
# and Python are given to run. Sourced, after `work` has been set to a folder of the caller's.
#
#   start NAME    starts it and its load; sets `pid`, the process to track, and `counter`, a command that prints a
#                 number which grows with the work done (empty for one that ends by itself)
#   stop_all      stops what was started
#
# Needs the packages redis-server, redis-tools, postgresql, postgresql-contrib, nginx, wrk, python3; two JDKs, one of
# them 21 or newer for ZGC.

programs='redis postgres postmaster jvm-g1 jvm-zgc python nginx nginx-worker sort'
redis_port=16379 postgres_port=15432 nginx_port=18080
started=()
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

background() { # background COMMAND...: its output is kept in the folder, in case
  "$@" >"$folder/$(basename "$1").$((${#started[@]} + 1)).log" 2>&1 </dev/null &
  started+=($!)
}

await() { # await COMMAND...: until it succeeds, 30 s at most
  local tries
  for tries in $(seq 300); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "$name did not start; see $folder" >&2
  return 1
}

stop_all() {
  local i
  [ -z "${cluster:-}" ] || runuser -u postgres -- "$postgres_bin/pg_ctl" -D "$cluster" -m immediate stop >/dev/null 2>&1 || true
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    kill "${started[i]}" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  started=() cluster=
}

start() { # start NAME
  local name=$1
  counter=
  folder=$work/$name
  rm -rf "$folder"
  mkdir -p "$folder"
  "start_${name//-/_}"
}

start_redis() {
  background redis-server --port $redis_port --save '' --appendonly no --dir "$folder"
  pid=${started[-1]}
  await redis-cli -p $redis_port ping
  background redis-benchmark -p $redis_port -t set -r "${REDIS_KEYS:-100000}" -d 64 -n 1000000000 -c 8 -q
  counter="redis-cli -p $redis_port info stats | tr -d '\r' | sed -n 's/^total_commands_processed://p'"
}

# One backend of pgbench.
start_postgres() {
  start_postmaster
  await backend
  pid=$(backend)
}

backend() {
  query "select pid from pg_stat_activity where application_name = 'pgbench' order by pid limit 1" | grep .
}

query() {
  runuser -u postgres -- psql -h "$cluster" -p $postgres_port -d postgres -Atc "$1"
}

# The process that all backends are forked from.
start_postmaster() {
  postgres_bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
  cluster=$folder/cluster
  install -d -o postgres "$cluster"
  chmod a+x "$work" "$folder"
  runuser -u postgres -- "$postgres_bin/initdb" -A trust -D "$cluster" >/dev/null
  background runuser -u postgres -- "$postgres_bin/postgres" -D "$cluster" -k "$cluster" -p $postgres_port \
    -c listen_addresses= -c shared_buffers=128MB -c fsync=off
  await query 'select 1'
  pid=$(head -n 1 "$cluster/postmaster.pid")
  runuser -u postgres -- pgbench -h "$cluster" -p $postgres_port -i -s 5 -q postgres >/dev/null 2>&1
  background runuser -u postgres -- pgbench -h "$cluster" -p $postgres_port -c 2 -T 100000 ${PGBENCH:-} postgres
  counter="runuser -u postgres -- psql -h $cluster -p $postgres_port -d postgres -Atc 'select xact_commit from pg_stat_database where datname = current_database()'"
}

jdk() { # jdk MAJOR: the home of the oldest JDK of at least that version
  local home major
  for home in $(ls -d /usr/lib/jvm/* | sort -V); do
    [ -x "$home/bin/javac" ] || continue
    major=$("$home/bin/javac" -version 2>&1 | sed 's/^javac \([0-9]*\).*/\1/')
    [ "$major" -lt "$1" ] || { echo "$home"; return; }
  done
  echo "no JDK $1 or newer under /usr/lib/jvm" >&2
  return 1
}

start_jvm() { # start_jvm HOME OPTION...
  local home=$1
  shift
  background "$home/bin/java" "$@" -Xms512m -Xmx512m -XX:+AlwaysPreTouch -XX:-UsePerfData "$here/Churn.java" "$folder/done"
  pid=${started[-1]}
  await test -s "$folder/done"
  counter="until grep . '$folder/done'; do :; done"
}

start_jvm_g1() { start_jvm "$(jdk 17)" -XX:+UseG1GC; }

start_jvm_zgc() { start_jvm "$(jdk 21)" -XX:+UseZGC; }

start_python() {
  background python3 "$here/churn.py" "$folder/done"
  pid=${started[-1]}
  await test -s "$folder/done"
  counter="until grep . '$folder/done'; do :; done"
}

# The master, whose workers are its children.
start_nginx() {
  install -d "$folder/www"
  head -c 20000 /dev/urandom >"$folder/www/file"
  cat >"$folder/nginx.conf" <<CONF
worker_processes 2;
daemon off;
pid $folder/nginx.pid;
error_log $folder/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path $folder/body; proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
  gzip on; gzip_types *; gzip_min_length 1;
  server {
    listen 127.0.0.1:$nginx_port;
    root $folder/www;
    location = /status { stub_status; }
  }
}
CONF
  chmod a+x "$work"
  chmod -R a+rX "$folder"
  background nginx -c "$folder/nginx.conf"
  pid=${started[-1]}
  await curl -fs "http://127.0.0.1:$nginx_port/status"
  background wrk -t 1 -c 8 -d 100000 -H 'Accept-Encoding: gzip' "http://127.0.0.1:$nginx_port/file"
  counter="curl -s http://127.0.0.1:$nginx_port/status | awk 'NR == 3 { print \$3 }'"
}

start_nginx_worker() {
  start_nginx
  pid=$(pgrep -P "$pid" | head -n 1)
}

# Ends by itself, after a minute or two.
start_sort() {
  [ -s "$work/lines" ] || head -c "${SORT_BYTES:-700000000}" /dev/urandom | base64 -w 60 >"$work/lines"
  LC_ALL=C background sort -S 200M --parallel=1 -T "$folder" -o "$folder/sorted" "$work/lines"
  pid=${started[-1]}
}
