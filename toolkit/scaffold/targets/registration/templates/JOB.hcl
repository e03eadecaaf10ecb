# Port {{ instance.port }} of this host is an instance of {{ app.name }}, which gets traffic while its check passes.
service {
  id   = "{{ instance.job }}"
  name = "{{ app.name }}"
  port = {{ instance.port }}
{% if address %}
  address = "{{ address.strip("[]") }}"
{% endif %}

  check {
    http     = "http://{{ address or "127.0.0.1" }}:{{ instance.port }}{{ check }}"
    interval = "{{ app.registration.interval }}s"
    timeout  = "{{ timeout }}s"
  }
}
