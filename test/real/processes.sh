# What the labs on this machine are made of; sourced by them. $LAB is the folder of one's state, $ID a number of its own.

# spawn NAME COMMAND…: in the background, its process id in NAME.pid. The lock isn't inherited.
spawn() {
  local name=$1
  shift
  setsid "$@" > "$LAB/$name.log" 2>&1 < /dev/null 9>&- &
  remember "$name" $!
}

remember() { echo "$2 $(started_at "$2")" > "$LAB/$1.pid"; }

# Ends what spawn has started, if it is still the same process.
end() {
  alive "$1" || { rm -f "$LAB/$1.pid"; return 0; }
  local pid
  read -r pid _ < "$LAB/$1.pid"
  kill "$pid"
  for _ in $(seq 150); do alive "$1" || break; sleep 0.1; done
  ! alive "$1" || kill -9 "$pid"
  rm -f "$LAB/$1.pid"
}

alive() {
  local pid start
  [ -e "$LAB/$1.pid" ] && read -r pid start < "$LAB/$1.pid" && [ "$(started_at "$pid")" = "$start" ]
}

# A process's start, in ticks since the machine's: together with its id it names one process only.
started_at() { sed 's/.*) //' "/proc/$1/stat" 2> /dev/null | cut -d ' ' -f 20 || true; }


wait_for() {
  for _ in $(seq 300); do "$@" > /dev/null 2>&1 && return; sleep 0.1; done
  echo "waited in vain: $*" >&2
  return 1
}

# The first port that nobody listens on, from one of this lab's own.
free_port() {
  local port=$((22000 + ID % 8000))
  while (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
  echo "$port"
}

# lab_command up | down | in NODE COMMAND…: of a lab that has start, tear_down and within
lab_command() {
  mkdir -p "$LAB"
  case ${1:-} in
    up) tear_down; start ;;
    down) tear_down ;;
    in) shift; within "$@" ;;
    *) echo "usage: $0 up | down | in NODE COMMAND…" >&2; exit 2 ;;
  esac
}

# make_sshd FOLDER LINES: what an sshd needs that lets the key FOLDER/id in, in FOLDER/sshd_config
make_sshd() {
  local folder=$LAB/$1
  mkdir -p "$folder" /run/sshd
  chmod 700 "$folder"
  ssh-keygen -q -t ed25519 -N '' -f "$folder/host" <<< y > /dev/null
  ssh-keygen -q -t ed25519 -N '' -f "$folder/id" <<< y > /dev/null
  cat > "$folder/sshd_config" <<CONFIG
HostKey $folder/host
PidFile none
AuthorizedKeysFile $folder/id.pub
StrictModes no
PasswordAuthentication no
UsePAM no
PermitRootLogin prohibit-password
$2
CONFIG
}

# start_sshd FOLDER NAME LINES: on loopback, on the port in FOLDER/port
start_sshd() {
  local folder=$LAB/$1
  mkdir -p "$folder"
  free_port > "$folder/port"
  make_sshd "$1" "Port $(cat "$folder/port")
ListenAddress 127.0.0.1
$3"
  spawn "$2" /usr/sbin/sshd -D -e -f "$folder/sshd_config"
}
