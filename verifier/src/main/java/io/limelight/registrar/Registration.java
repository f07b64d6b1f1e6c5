package io.limelight.registrar;

import io.limelight.core.api.AgentId;
import io.limelight.core.tpm.TpmPublic;
import org.jspecify.annotations.Nullable;

/**
 * A registration whose data has been checked; not yet proof of anything.
 *
 * @param ek the endorsement key
 * @param ak the attestation key
 * @param ekCert base64 DER of the EK certificate; null without one
 * @param iak base64 TPM2B_PUBLIC of the IAK
 * @param iakCert base64 DER
 * @param idevid base64 TPM2B_PUBLIC of the IDevID
 * @param idevidCert base64 DER
 * @param ip contact address
 * @param port contact port
 * @param mtlsCert PEM of the TLS certificate, {@code disabled}, or null
 */
record Registration(
        AgentId id,
        TpmPublic ek,
        TpmPublic ak,
        @Nullable String ekCert,
        @Nullable String iak,
        @Nullable String iakCert,
        @Nullable String idevid,
        @Nullable String idevidCert,
        @Nullable String ip,
        @Nullable Integer port,
        @Nullable String mtlsCert) {}
