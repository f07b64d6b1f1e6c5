import os
from M2Crypto import X509
import keylime.secure_mount as secure_mount
import keylime.keylime_logging as keylime_logging

logger = keylime_logging.init_logging("local_action_rm_ssh")

async def execute(event):
    if event['type'] != 'revocation':
        return

    serial = event.get("metadata", {}).get("cert_serial", None)
    if event.get('type', None) != 'revocation' or serial is None:
        logger.error("Unsupported revocation message: %s" % event)
        return

    # load up my own cert
    secdir = secure_mount.mount()
    mycert = X509.load_cert('%s/unzipped/mycert.crt' % secdir)

    # is this revocation meant for me?
    if serial == mycert.get_serial_number():
        os.remove("/root/.ssh/payload_id_rsa")
        os.remove("/root/.ssh/payload_id_rsa.pub")
