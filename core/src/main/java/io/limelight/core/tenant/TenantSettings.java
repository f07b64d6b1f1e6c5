package io.limelight.core.tenant;

import io.limelight.core.api.Endpoint;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.endorsement.EkCertificateCheck;
import io.limelight.core.endorsement.EkCheckScript;
import io.limelight.core.endorsement.EndorsementException;
import io.limelight.core.endorsement.EndorsementPolicy;
import io.limelight.core.endorsement.VendorStore;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.AcceptedAlgorithms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What {@code tenant.conf} says, checked.
 *
 * @param registrar the registrar's TLS port
 * @param verifier the verifier
 * @param tls own certificate, and the CAs of registrar and verifier; read when first used
 * @param plainAgentsAllowed {@code enable_agent_mtls = False}: a machine that registered {@code disabled} instead of a
 *     certificate may be spoken to without TLS. One that registered a certificate is spoken to with TLS all the same
 * @param accepted algorithms a machine may use
 * @param endorsement what must vouch for a machine's EK
 * @param maxPayload largest sealed payload, in characters of its base64 text
 * @param retry for reaching machines and for waiting
 * @param requestTimeout for one request
 * @param bootPolicy the file that {@code --mb-policy default} means
 * @param root what {@code /} means
 */
public record TenantSettings(
        Endpoint registrar,
        Endpoint verifier,
        TlsFiles tls,
        boolean plainAgentsAllowed,
        AcceptedAlgorithms accepted,
        EndorsementPolicy endorsement,
        int maxPayload,
        RetryPolicy retry,
        Duration requestTimeout,
        Optional<Path> bootPolicy,
        Path root) {
    private static final String STORE = "tpm_cert_store";
    private static final String DEFAULT_STORE = "var/lib/keylime/tpm_cert_store";
    private static final String REFUSE = "refuse";
    private static final String ACCEPT = "accept";
    private static final int MAX_ATTEMPTS = 10_000;
    private static final double MAX_SECONDS = 86_400;

    /** Reads {@code tenant.conf}. */
    public static TenantSettings of(ComponentConfig config) throws ConfigException {
        TlsFiles tls = TlsFiles.of(config, "cv_ca");
        if (tls.generated()) {
            throw config.refuse("tls_dir", "a tenant makes no CA; name the folder of the verifier's, or default");
        }
        return new TenantSettings(
                Endpoint.registrar(config.text("registrar_ip"), servicePort(config, "registrar_port")),
                Endpoint.verifier(config.text("verifier_ip"), servicePort(config, "verifier_port")),
                tls,
                !config.bool("enable_agent_mtls"),
                accepted(config),
                endorsement(config),
                config.integer("max_payload_size", 1, 1 << 30),
                new RetryPolicy(
                        config.integer("max_retries", 1, MAX_ATTEMPTS),
                        seconds(config, "retry_interval", 0),
                        config.bool("exponential_backoff")),
                seconds(config, "request_timeout", 0.001),
                config.optionalText("mb_refstate").map(config.workDir()::resolve),
                config.root());
    }

    /**
     * Checks the files it names, as the first request does.
     *
     * @return what will have to be there by then; sentences
     * @throws TlsSetupException for key or trust files that cannot be used
     * @throws EndorsementException if there is no store of TPM vendors' certificates, or no program of {@code ek_check_script}
     */
    public List<String> checkFiles() throws ConfigException, TlsSetupException, EndorsementException {
        tls.check(false, true, "trusted_server_ca");
        if (endorsement.certificates().isPresent()) {
            endorsement.certificates().get().requireStore();
        }
        if (endorsement.script().isPresent()) {
            endorsement.script().get().requireRunnable();
        }
        return tls.awaitsVerifier() ? List.of(tls.advice()) : List.of();
    }

    /** The same with other services. */
    public TenantSettings with(Endpoint otherRegistrar, Endpoint otherVerifier) {
        return new TenantSettings(
                otherRegistrar,
                otherVerifier,
                tls,
                plainAgentsAllowed,
                accepted,
                endorsement,
                maxPayload,
                retry,
                requestTimeout,
                bootPolicy,
                root);
    }

    /** The same with another client's side. */
    public TenantSettings with(TlsFiles.OwnIdentity identity) {
        return new TenantSettings(
                registrar,
                verifier,
                tls.withClient(identity),
                plainAgentsAllowed,
                accepted,
                endorsement,
                maxPayload,
                retry,
                requestTimeout,
                bootPolicy,
                root);
    }

    private static AcceptedAlgorithms accepted(ComponentConfig config) throws ConfigException {
        AcceptedAlgorithms accepted = new AcceptedAlgorithms(
                config.list("accept_tpm_hash_algs"),
                config.list("accept_tpm_encryption_algs"),
                config.list("accept_tpm_signing_algs"));
        Optional<AcceptedAlgorithms.Problem> problem = accepted.problem();
        if (problem.isPresent()) {
            throw config.refuse(problem.get().option(), problem.get().sentence());
        }
        return accepted;
    }

    private static int servicePort(ComponentConfig config, String option) throws ConfigException {
        return config.integer(option, 1, 65535);
    }

    private static Duration seconds(ComponentConfig config, String option, double least) throws ConfigException {
        double seconds = config.decimal(option);
        if (seconds < least || seconds > MAX_SECONDS) {
            throw config.refuse(option, "write seconds, at most a day");
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static EndorsementPolicy endorsement(ComponentConfig config) throws ConfigException {
        boolean acceptExpired =
                config.word("expired_ek_cert", List.of(REFUSE, ACCEPT)).equals(ACCEPT);
        VendorStore vendors = vendors(config);
        return new EndorsementPolicy(
                config.bool("require_ek_cert")
                        ? Optional.of(new EkCertificateCheck(vendors, acceptExpired))
                        : Optional.empty(),
                config.optionalText("ek_check_script")
                        .map(script -> new EkCheckScript(
                                config.workDir().resolve(script),
                                config.workDir(),
                                vendors.folder(),
                                EkCheckScript.DEFAULT_LIMIT)));
    }

    /** Keylime's shipped file spells the default out, so it is known by its text and not by who wrote it. */
    private static VendorStore vendors(ComponentConfig config) {
        String text = config.text(STORE);
        boolean untouched = text.isEmpty() || text.equals("default") || text.equals("/" + DEFAULT_STORE);
        return untouched
                ? VendorStore.shippedAnd(config.root().resolve(DEFAULT_STORE))
                : VendorStore.only(config.workDir().resolve(Path.of(text)));
    }
}
