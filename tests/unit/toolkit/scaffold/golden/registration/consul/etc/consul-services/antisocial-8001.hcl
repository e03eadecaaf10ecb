# Port 8001 of this host is an instance of antisocial, which gets traffic while its check passes.
service {
  id   = "antisocial-8001"
  name = "antisocial"
  port = 8001

  check {
    http     = "http://127.0.0.1:8001/__lbheartbeat__"
    interval = "2s"
    timeout  = "5s"
  }
}
