import os

async def execute(json_revocation):
	os.remove("/root/.ssh/payload_id_rsa")
	os.remove("/root/.ssh/payload_id_rsa.pub")
