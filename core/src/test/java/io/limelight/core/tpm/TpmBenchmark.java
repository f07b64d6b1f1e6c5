package io.limelight.core.tpm;

import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Quote check and credential making, the two TPM kernels every attestation and registration pays for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-XX:+UseCompactObjectHeaders")
public class TpmBenchmark {
    private static final int KEYS = 2_000;
    private static final byte[] NONCE = ProtocolVectors.ascii("3FCPTt09LX9f9mjaRKZd");
    private static final byte[] SECRET = ProtocolVectors.ascii("Zk3vQ0s9LxYcP7aRw2NfTb8UjHm1EgDi");

    /** A key as a verifier keeps it, and one of its quotes as an agent sends it. */
    private record Quoted(AttestationKey key, String text) {
        VerifiedQuote verify() throws TpmFormatException, QuoteRejectedException {
            return QuoteVerifier.verify(key, QuoteText.parse(text), NONCE, HashAlgorithm.SHA256, PcrMask.NONE);
        }
    }

    private Quoted rsa;
    private Quoted p256;
    private List<Quoted> manyP256;
    private int next;
    private TpmPublic rsaEk;
    private TpmPublic p256Ek;
    private byte[] akName;
    private final SecureRandom random = new SecureRandom();

    /** Keys and quotes. */
    @Setup
    public void setUp() {
        rsa = quoted(SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, random));
        manyP256 = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            manyP256.add(quoted(SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, random)));
        }
        p256 = quoted(SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, random));
        rsaEk = SoftEndorsementKey.generateRsa(2048, random).publicArea();
        p256Ek = SoftEndorsementKey.generateEcc(EccCurve.P256, random).publicArea();
        akName = rsa.key().publicArea().name();
    }

    private static Quoted quoted(SoftAttestationKey key) {
        Octets value = TransportKeyBinding.pcr16(HashAlgorithm.SHA256, ProtocolVectors.TRANSPORT_KEY);
        PcrValues pcrs = PcrValues.of(HashAlgorithm.SHA256, Map.of(16, value));
        return new Quoted(
                AttestationKey.of(key.publicArea()),
                key.quote(NONCE, pcrs, new ClockInfo(1, 0, 0, true)).format());
    }

    /** Text to verdict, RSA-2048. */
    @Benchmark
    public VerifiedQuote quoteRsa2048() throws Exception {
        return rsa.verify();
    }

    /** Text to verdict, P-256, always the same key. */
    @Benchmark
    public VerifiedQuote quoteP256OneKey() throws Exception {
        return p256.verify();
    }

    /** Text to verdict, P-256, 2,000 decoded keys in turn: a fleet. */
    @Benchmark
    public VerifiedQuote quoteP256ManyKeys() throws Exception {
        next = next + 1 == KEYS ? 0 : next + 1;
        return manyP256.get(next).verify();
    }

    /** The first quote of a machine after the verifier's start: the key is decoded too. */
    @Benchmark
    public VerifiedQuote quoteP256DecodedEachTime() throws Exception {
        next = next + 1 == KEYS ? 0 : next + 1;
        Quoted quoted = manyP256.get(next);
        return new Quoted(
                        AttestationKey.of(
                                TpmPublic.fromTpm2b(quoted.key().publicArea().tpm2b())),
                        quoted.text())
                .verify();
    }

    /** Parsing alone: what remains of a quote check without the signature. */
    @Benchmark
    public Object parseOnly() throws Exception {
        QuoteText text = QuoteText.parse(rsa.text());
        TpmSignature.parse(text.signature());
        Attest.parse(text.attest());
        return PcrBlob.parse(text.pcrBlob());
    }

    /** A registration's challenge for an RSA-2048 EK, public area decoded from base64 as it arrives. */
    @Benchmark
    public byte[] makeCredentialRsa2048() throws Exception {
        return CredentialProtection.makeCredential(rsaEk, akName, SECRET, random);
    }

    /** A registration's challenge for a P-256 EK. */
    @Benchmark
    public byte[] makeCredentialP256() throws Exception {
        return CredentialProtection.makeCredential(p256Ek, akName, SECRET, random);
    }
}
