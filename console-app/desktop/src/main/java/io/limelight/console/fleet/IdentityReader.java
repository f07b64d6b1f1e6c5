package io.limelight.console.fleet;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.endorsement.EndorsementCheck;
import io.limelight.core.endorsement.EndorsementException;
import io.limelight.core.endorsement.EndorsementPolicy;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a machine registered, and whether anybody vouches for its TPM. */
final class IdentityReader {
    private static final int LONGEST_CERTIFICATE = 100_000;

    private final EndorsementPolicy policy;
    private final InstantSource clock;

    IdentityReader(EndorsementPolicy policy, InstantSource clock) {
        this.policy = policy;
        this.clock = clock;
    }

    Identity read(AgentId id, RegistrarAgent wire, Cancellation cancellation)
            throws TpmFormatException, CancelledException {
        TpmPublic ek = TpmPublic.fromBase64(wire.ekTpm());
        TpmPublic ak = TpmPublic.fromBase64(wire.aikTpm());
        String trust;
        boolean trusted;
        try {
            EndorsementCheck.Endorsement good =
                    new EndorsementCheck(policy, clock).check(id, ek, Optional.ofNullable(wire.ekcert()), cancellation);
            trust = good.warnings().isEmpty()
                    ? good.sentence()
                    : good.sentence() + ". " + String.join(" ", good.warnings());
            trusted = !policy.acceptsAnything();
        } catch (EndorsementException e) {
            trust = String.valueOf(e.getMessage());
            trusted = false;
        }
        return new Identity(
                certificate(wire.ekcert()).map(List::of).orElse(List.of()),
                Printable.of(trust, 2_000),
                trusted,
                kind(ek),
                kind(ak) + scheme(ak),
                HexFormat.of().formatHex(ak.name()),
                tls(wire),
                Math.clamp(wire.regcount(), -1, Integer.MAX_VALUE));
    }

    private static Optional<X509Certificate> certificate(@Nullable String base64) {
        if (base64 == null || base64.isEmpty() || base64.length() > LONGEST_CERTIFICATE) {
            return Optional.empty();
        }
        try {
            return Optional.of(LenientCertificates.parse(LenientCertificates.withoutPadding(
                            Base64.getMimeDecoder().decode(base64)))
                    .certificate());
        } catch (IOException | IllegalArgumentException e) {
            // The decision says that it cannot be read.
            return Optional.empty();
        }
    }

    private static Optional<X509Certificate> tls(RegistrarAgent wire) {
        String text = wire.mtlsCert();
        if (text == null || text.isEmpty() || wire.plainHttp()) {
            return Optional.empty();
        }
        try {
            return PemFiles.parseCertificates(text, "mtls_cert").stream().findFirst();
        } catch (TlsSetupException e) {
            return Optional.empty();
        }
    }

    private static String kind(TpmPublic key) {
        String name = key.algorithm().wireName();
        String family = name.replaceAll("[0-9]+$", "").toUpperCase(Locale.ROOT);
        String bits = name.replaceAll("^[^0-9]*", "");
        return bits.isEmpty() ? family : family + " " + bits;
    }

    private static String scheme(TpmPublic key) {
        return ", " + AttestationKey.of(key).quoteScheme().wireName().toUpperCase(Locale.ROOT)
                + key.scheme()
                        .flatMap(TpmPublic.Scheme::hash)
                        .map(hash -> " " + hash.wireName().toUpperCase(Locale.ROOT))
                        .orElse("");
    }
}
