package io.limelight.agent;

import io.limelight.agent.http.AgentVersions;
import io.limelight.agent.registration.Backoff;
import io.limelight.agent.tpm.TpmAddress;
import io.limelight.agent.tpm.TpmException;
import io.limelight.agent.tpm.TpmKeySettings;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.ListenAddress;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.EncryptionAlgorithm;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What {@code agent.conf} says, checked: everything that can be refused without touching TPM, files or network is refused here.
 *
 * @param tpm where the TPM is
 * @param keys which keys it shall have
 * @param versions enabled API versions, oldest first
 * @param mutualTls whether peers must show a certificate; plain HTTP otherwise
 * @param trustedClientCas files of the CAs for that
 * @param backoff waits between attempts to register
 */
record AgentSettings(
        TpmAddress tpm,
        TpmKeySettings keys,
        List<ApiVersion> versions,
        boolean mutualTls,
        List<Path> trustedClientCas,
        Backoff backoff) {

    static AgentSettings read(ComponentConfig config, Map<String, String> environment)
            throws ConfigException, TpmException {
        ListenAddress.of(config, "port");
        if (config.bool("enable_iak_idevid")) {
            throw config.refuse(
                    "enable_iak_idevid",
                    "this agent registers with its endorsement key and does not use device identity keys; set it to false");
        }
        boolean mutualTls = config.bool("enable_agent_mtls");
        if (!mutualTls
                && !config.bool("enable_insecure_payload")
                && !config.text("payload_script").isEmpty()) {
            throw config.refuse(
                    "enable_agent_mtls",
                    "without TLS anybody could deliver a script; switch it on, or empty payload_script, or set"
                            + " enable_insecure_payload = true if that is what you want");
        }
        List<ApiVersion> versions = AgentVersions.of(config.list("api_versions"));
        if (versions.isEmpty()) {
            throw config.refuse(
                    "api_versions", "none of these is served here; use default, latest or a list of 2.0 to 2.6");
        }
        return new AgentSettings(
                address(config, environment),
                keys(config),
                versions,
                mutualTls,
                config.list("trusted_client_ca").stream()
                        .map(name -> config.workDir().resolve(name.equals("default") ? "cv_ca/cacert.crt" : name))
                        .toList(),
                new Backoff(
                        Duration.ofMillis(config.integer("exponential_backoff_initial_delay", 1, Integer.MAX_VALUE)),
                        Duration.ofMillis(config.integer("exponential_backoff_max_delay", 1, Integer.MAX_VALUE)),
                        config.integer("exponential_backoff_max_retries", 0, 1_000_000)));
    }

    private static TpmAddress address(ComponentConfig config, Map<String, String> environment)
            throws ConfigException, TpmException {
        String configured = config.text("tpm");
        if (!configured.isEmpty()) {
            try {
                return TpmAddress.parse(configured);
            } catch (TpmException e) {
                ConfigException refused = config.refuse("tpm", String.valueOf(e.getMessage()));
                refused.initCause(e);
                throw refused;
            }
        }
        String variable = environment.getOrDefault("TCTI", "");
        return variable.isEmpty() ? TpmAddress.ofThisMachine(config.root()) : TpmAddress.parse(variable);
    }

    private static TpmKeySettings keys(ComponentConfig config) throws ConfigException {
        HashAlgorithm hash = HashAlgorithm.fromWireName(config.text("tpm_hash_alg"))
                .filter(HashAlgorithm::computable)
                .orElseThrow(() -> config.refuse("tpm_hash_alg", "use sha256, sha384, sha512 or sha1"));
        EncryptionAlgorithm endorsement = EncryptionAlgorithm.fromWireName(config.text("tpm_encryption_alg"))
                .orElseThrow(() ->
                        config.refuse("tpm_encryption_alg", "use rsa2048, rsa3072, rsa4096, ecc256, ecc384 or ecc521"));
        SigningAlgorithm signing = SigningAlgorithm.fromWireName(config.text("tpm_signing_alg"))
                .filter(algorithm -> algorithm == SigningAlgorithm.RSASSA || algorithm == SigningAlgorithm.ECDSA)
                .orElseThrow(() -> config.refuse("tpm_signing_alg", "use rsassa or ecdsa"));
        return new TpmKeySettings(hash, endorsement, signing, handle(config), password(config));
    }

    private static OptionalInt handle(ComponentConfig config) throws ConfigException {
        String text = config.text("ek_handle").toLowerCase(Locale.ROOT);
        if (text.isEmpty() || text.equals("generate")) {
            return OptionalInt.empty();
        }
        String digits = text.startsWith("0x") ? text.substring(2) : text;
        if (!digits.matches("81[0-9a-f]{6}")) {
            throw config.refuse("ek_handle", "use generate, or a persistent handle such as 0x81010001");
        }
        return OptionalInt.of(Integer.parseUnsignedInt(digits, 16));
    }

    private static SecretBytes password(ComponentConfig config) throws ConfigException {
        String text = config.text("tpm_ownerpassword");
        if (!text.startsWith("hex:")) {
            return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
        }
        try {
            return SecretBytes.adopt(HexFormat.of().parseHex(text.substring(4)));
        } catch (IllegalArgumentException e) {
            throw config.refuse("tpm_ownerpassword", "what follows hex: is not hexadecimal");
        }
    }
}
