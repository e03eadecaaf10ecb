# Port 18000 of this host is an instance of antisocial, which gets traffic while its check passes.
service {
  id   = "antisocial-web-surge"
  name = "antisocial"
  port = 18000

  check {
    http     = "http://127.0.0.1:18000/__lbheartbeat__"
    interval = "2s"
    timeout  = "5s"
  }
}
