# Port 8000 of this host is an instance of antisocial, which gets traffic while its check passes.
service {
  id   = "antisocial-8000"
  name = "antisocial"
  port = 8000

  check {
    http     = "http://127.0.0.1:8000/__lbheartbeat__"
    interval = "2s"
    timeout  = "5s"
  }
}
