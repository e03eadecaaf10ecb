#include <ldap.h>
#include <Python.h>
