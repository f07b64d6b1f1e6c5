#!/bin/bash

mkdir -p /root/.ssh/
cat payload_id_rsa.pub >> /root/.ssh/authorized_keys
chmod 600 /root/.ssh/authorized_keys
