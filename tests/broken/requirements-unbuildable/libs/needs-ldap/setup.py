from setuptools import Extension, setup

setup(ext_modules=[Extension("needs_ldap", ["needs_ldap.c"], libraries=["ldap"])])
