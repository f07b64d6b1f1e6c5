package io.limelight.agent.registration;

import io.limelight.agent.registration.RegistrationException.Reason;
import io.limelight.agent.tpm.AttestationTpm;
import io.limelight.agent.tpm.TpmException;
import io.limelight.agent.tpm.TpmProblem;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.RegistrationChallenge;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.Versions;
import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.TpmFormatException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the machine known to the registrar: announce its keys, open the challenge in the TPM, send the proof (wire reference
 * §1.2, §1.3, §1.6).
 *
 * <p>A registrar that does not answer, or answers "not now", is asked again for ever: a machine may boot long before its
 * registrar. A refusal ends it, because only a person can help. A proof that is not accepted is different: the registrar
 * drops the pending registration then, so everything starts again with a fresh challenge, a few times.
 */
public final class Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    private static final int FRESH_CHALLENGES = 3;

    /** How to wait; tests do not. */
    @FunctionalInterface
    public interface Sleeper {
        /** Sleeps, or is interrupted. */
        void sleep(Duration duration) throws InterruptedException;
    }

    private final RegistrarClient registrar;
    private final AttestationTpm tpm;
    private final AgentId id;
    private final List<ApiVersion> enabled;
    private final Backoff backoff;
    private final Sleeper sleeper;

    /**
     * @param enabled API versions, oldest first
     */
    public Registration(
            RegistrarClient registrar,
            AttestationTpm tpm,
            AgentId id,
            List<ApiVersion> enabled,
            Backoff backoff,
            Sleeper sleeper) {
        this.registrar = registrar;
        this.tpm = tpm;
        this.id = id;
        this.enabled = List.copyOf(enabled);
        this.backoff = backoff;
        this.sleeper = sleeper;
    }

    /**
     * Registers and activates; returns when the registrar has accepted the proof.
     *
     * @return the API version that was spoken
     * @throws RegistrationException if that cannot succeed without somebody's help
     * @throws InterruptedException if the program is being stopped
     */
    public ApiVersion run(RegistrationRequest request) throws RegistrationException, InterruptedException {
        int failures = 0;
        int rejectedProofs = 0;
        while (true) {
            try {
                return attempt(request);
            } catch (ProofRejected e) {
                rejectedProofs++;
                if (rejectedProofs >= FRESH_CHALLENGES) {
                    throw new RegistrationException(
                            Reason.REFUSED,
                            "the " + registrar.endpoint() + " did not accept this machine's proof " + rejectedProofs
                                    + " times: " + e.getMessage()
                                    + ". Is another machine registering under the same id " + id + "?",
                            e);
                }
                LOG.warn("{}; starting again with a fresh challenge", e.getMessage());
            } catch (ApiException.Stopped e) {
                throw new InterruptedException("stopped while registering");
            } catch (ApiException e) {
                failures++;
                Duration wait = backoff.after(failures);
                LOG.warn("{} Trying again in {} s.", e.getMessage(), wait.toMillis() / 1000.0);
                if (failures == backoff.usualAttempts() + 1) {
                    LOG.warn(
                            "Keylime's agent would give up after {} retries; this one goes on until a registrar answers"
                                    + " or it is stopped.",
                            backoff.usualAttempts());
                }
                sleeper.sleep(wait);
            }
        }
    }

    /** The registrar answered the proof with 400 or 404: the pending registration is gone. */
    private static final class ProofRejected extends Exception {
        private static final long serialVersionUID = 1L;

        ProofRejected(ApiException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private ApiVersion attempt(RegistrationRequest request) throws ApiException, RegistrationException, ProofRejected {
        for (ApiVersion version : candidates()) {
            RegistrationChallenge challenge;
            try {
                challenge = registrar.register(version, id, request);
            } catch (ApiException.Refused e) {
                if (e.status() == 404 || e.status() == 405) {
                    LOG.info("the {} does not serve API {}", registrar.endpoint(), version);
                    continue;
                }
                throw finalUnlessRetryable(e);
            }
            prove(version, challenge);
            LOG.info("registered as {} and activated over API {}", id, version);
            return version;
        }
        throw noCommonVersion("");
    }

    /** One version where the registrar says which it speaks; all of ours, newest first, where it does not. */
    private List<ApiVersion> candidates() throws ApiException, RegistrationException {
        Versions offered;
        try {
            offered = registrar.versions();
        } catch (ApiException.Refused e) {
            if (e.retryable()) {
                throw e;
            }
            LOG.info(
                    "the {} does not tell its API versions; trying {} down to {}",
                    registrar.endpoint(),
                    enabled.getLast(),
                    enabled.getFirst());
            return enabled.reversed();
        }
        Optional<ApiVersion> version = VersionNegotiation.agentToRegistrar(offered, enabled);
        return List.of(version.orElseThrow(() -> noCommonVersion("; it offers " + offered.offered())));
    }

    private RegistrationException noCommonVersion(String detail) {
        return new RegistrationException(
                Reason.NO_COMMON_VERSION,
                "the " + registrar.endpoint() + " and this agent have no API version in common: this agent has "
                        + enabled + " enabled (api_versions)" + detail,
                null);
    }

    private ApiException finalUnlessRetryable(ApiException.Refused e) throws RegistrationException {
        if (e.retryable()) {
            return e;
        }
        if (e.status() == 403) {
            throw new RegistrationException(
                    Reason.OTHER_IDENTITY_REGISTERED,
                    "the " + registrar.endpoint() + " already knows " + id
                            + " with another TPM or attestation key, and refuses this one (403: " + e.reason()
                            + "). If this machine is meant to take the place of the other, an administrator deletes the old"
                            + " registration first: limelight tenant -c regdelete -u " + id,
                    e);
        }
        throw new RegistrationException(
                Reason.REFUSED,
                "the " + registrar.endpoint() + " refused the registration of " + id + " (" + e.status() + ": "
                        + e.reason() + "); its log says which part of it",
                e);
    }

    private void prove(ApiVersion version, RegistrationChallenge challenge)
            throws ApiException, RegistrationException, ProofRejected {
        String tag = openChallenge(challenge);
        try {
            registrar.activate(version, id, tag);
        } catch (ApiException.Refused e) {
            if (e.status() == 400 || e.status() == 404) {
                throw new ProofRejected(e);
            }
            throw finalUnlessRetryable(e);
        }
    }

    private String openChallenge(RegistrationChallenge challenge) throws RegistrationException {
        byte[] secret;
        try {
            if (challenge.blob().length() > 2 * CredentialBlob.MAX_SIZE) {
                throw new IllegalArgumentException("it is " + challenge.blob().length() + " characters long");
            }
            secret = tpm.activateCredential(
                    CredentialBlob.parse(Base64.getDecoder().decode(challenge.blob())));
        } catch (IllegalArgumentException | TpmFormatException e) {
            throw new RegistrationException(
                    Reason.REFUSED,
                    "the " + registrar.endpoint() + " sent a challenge that is none: " + e.getMessage(),
                    e);
        } catch (TpmException e) {
            throw new RegistrationException(
                    e.problem() == TpmProblem.FOREIGN_BLOB ? Reason.WRONG_TPM : Reason.TPM,
                    "the challenge of the " + registrar.endpoint() + " could not be answered: " + e.getMessage(),
                    e);
        }
        try {
            return authTag(secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** HMAC-SHA384 of the id under the base64 <em>text</em> of the secret, lower-case hex. */
    private String authTag(byte[] secret) {
        byte[] key = Base64.getEncoder().encode(secret);
        try {
            Mac mac = Mac.getInstance("HmacSHA384");
            mac.init(new SecretKeySpec(key, "HmacSHA384"));
            return HexFormat.of().formatHex(mac.doFinal(id.value().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA384", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
