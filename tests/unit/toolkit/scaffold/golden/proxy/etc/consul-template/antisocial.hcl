consul {
  address = "10.0.0.1:8501"
  retry {
    attempts    = 0 # for ever: nginx keeps the last list meanwhile
    max_backoff = "5s"
  }
}

template {
  source          = "/etc/consul-template/antisocial.ctmpl"
  destination     = "/var/lib/consul-template/antisocial.conf"
  left_delimiter  = "[["
  right_delimiter = "]]"
  perms           = 0644

  # Longer than an interval of the check: an agent that restarts calls all of its instances
  # critical until it has asked them, and several changes at a time are one reload.
  wait {
    min = "6s"
    max = "12s"
  }

  command         = ["/usr/local/bin/install-site", "antisocial"]
  command_timeout = "60s"
}
