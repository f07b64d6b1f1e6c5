package io.limelight.agent.http;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's TLS key and self-signed certificate ({@code server-private.pem}, {@code server-cert.crt}; wire reference §2.10).
 * Both are read where they exist and made where they are missing, with the Rust agent's parameters.
 *
 * <p>The Rust agent never renews its certificate, and a year later every peer refuses it. Here a self-signed certificate that
 * is about to expire is replaced at start, the key kept. The registration that follows announces the new one; a verifier that
 * polls the machine has pinned the old one and learns of it by {@code tenant -c update}, so the log says so.
 */
public final class ServerIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(ServerIdentity.class);
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final Path keyFile;
    private final Path certificateFile;
    private final char[] password;
    private final SecureRandom random;
    private final InstantSource clock;

    /** Nothing is read or written yet. */
    public ServerIdentity(
            Path keyFile, Path certificateFile, char[] password, SecureRandom random, InstantSource clock) {
        this.keyFile = keyFile;
        this.certificateFile = certificateFile;
        this.password = password.clone();
        this.random = random;
        this.clock = clock;
    }

    /**
     * Reads or makes key and certificate.
     *
     * @param addresses contact addresses for the certificate
     */
    public KeyMaterial loadOrCreate(String agentId, List<String> addresses) throws TlsSetupException {
        try {
            if (!Files.exists(keyFile)) {
                KeyPair pair = KeyPairs.p256(random);
                PrivateFiles.write(keyFile, PemFiles.privateKey(pair.getPrivate(), password));
                return certified(pair, agentId, addresses);
            }
            if (!Files.exists(certificateFile)) {
                return certified(pair(PemFiles.readPrivateKey(keyFile, password)), agentId, addresses);
            }
            KeyMaterial material = KeyMaterial.read(keyFile, certificateFile, password);
            X509Certificate certificate = material.certificate();
            Instant end = certificate.getNotAfter().toInstant();
            if (clock.instant().plus(RENEW_BEFORE).isBefore(end)) {
                return material;
            }
            if (!certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
                LOG.warn("the certificate {} ends on {}; renew it, peers refuse expired ones", certificateFile, end);
                return material;
            }
            LOG.warn(
                    "the certificate {} ends on {} and is replaced by a new one; a verifier that already watches this machine"
                            + " has to be told: limelight tenant -c update -u {}",
                    certificateFile,
                    end,
                    agentId);
            return certified(new KeyPair(certificate.getPublicKey(), material.key()), agentId, addresses);
        } catch (IOException e) {
            throw new TlsSetupException(
                    "the TLS key " + keyFile + " or certificate " + certificateFile + " cannot be written: "
                            + FileTrouble.sentence(e),
                    e);
        }
    }

    private KeyMaterial certified(KeyPair pair, String agentId, List<String> addresses) throws IOException {
        X509Certificate certificate =
                SelfSignedCertificates.forAgent(pair, agentId, addresses, clock.instant(), VALIDITY, random);
        PrivateFiles.write(certificateFile, PemFiles.certificate(certificate).getBytes(StandardCharsets.US_ASCII));
        return new KeyMaterial(pair.getPrivate(), List.of(certificate));
    }

    /** The public half of a key whose certificate is missing. */
    private KeyPair pair(PrivateKey key) throws TlsSetupException {
        try {
            PublicKey publicKey = switch (key) {
                case RSAPrivateCrtKey rsa ->
                    KeyFactory.getInstance("RSA")
                            .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
                case ECPrivateKey ec -> {
                    X9ECParameters curve = curve(ec);
                    ECPoint point = curve.getG().multiply(ec.getS()).normalize();
                    yield KeyFactory.getInstance("EC")
                            .generatePublic(new ECPublicKeySpec(
                                    new java.security.spec.ECPoint(
                                            point.getAffineXCoord().toBigInteger(),
                                            point.getAffineYCoord().toBigInteger()),
                                    ec.getParams()));
                }
                default ->
                    throw new TlsSetupException(
                            "the TLS key " + keyFile + " is neither RSA nor EC, a certificate cannot be"
                                    + " made for it; provide " + certificateFile);
            };
            return new KeyPair(publicKey, key);
        } catch (GeneralSecurityException e) {
            throw new TlsSetupException("the TLS key " + keyFile + " cannot be used: " + e.getMessage(), e);
        }
    }

    private X9ECParameters curve(ECPrivateKey key) throws TlsSetupException {
        for (String name : List.of("secp256r1", "secp384r1", "secp521r1")) {
            X9ECParameters parameters = CustomNamedCurves.getByName(name);
            if (parameters.getN().equals(key.getParams().getOrder())) {
                return parameters;
            }
        }
        throw new TlsSetupException("the TLS key " + keyFile + " is on a curve TLS does not have");
    }
}
