consul {
  address = "{{ app.registration.consul }}"
  retry {
    attempts    = 0 # for ever: nginx keeps the last list meanwhile
    max_backoff = "5s"
  }
}

template {
  source          = "/etc/consul-template/{{ app.name }}.ctmpl"
  destination     = "/var/lib/consul-template/{{ app.name }}.conf"
  left_delimiter  = "[["
  right_delimiter = "]]"
  perms           = 0644

  # Longer than an interval of the check: an agent that restarts calls all of its instances
  # critical until it has asked them, and several changes at a time are one reload.
  wait {
    min = "{{ app.registration.interval + 1 }}s"
    max = "{{ 2 * (app.registration.interval + 1) }}s"
  }

  command         = ["/usr/local/bin/install-site", "{{ app.name }}"]
  command_timeout = "60s"
}
