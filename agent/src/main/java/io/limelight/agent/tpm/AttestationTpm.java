package io.limelight.agent.tpm;

import io.limelight.agent.tpm.TpmCommands.Loaded;
import io.limelight.agent.tpm.TpmCommands.RawQuote;
import io.limelight.core.tpm.Attest;
import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrBlob;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrSelection;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.TransportKeyBinding;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's TPM as attestation needs it: who it is (EK), the key it signs with (AK), proof that both live in it
 * (credential activation), and quotes.
 *
 * <p><b>One at a time.</b> A quote is several commands (bind the transport key in PCR 16, read, quote) that belong together,
 * so one lock covers each whole operation. Waiting for it is bounded.
 *
 * <p><b>Room.</b> A bare TPM has three places for transient keys. Only the AK stays loaded; the EK is loaded while it is
 * needed (creating it from its template costs an RSA TPM a tenth of a second to many seconds, so it is kept from the start
 * until {@link #releaseEndorsementKey}). What an earlier, killed user of the same TPM left behind is flushed first.
 *
 * <p><b>Recovery.</b> A software TPM may be restarted under us: the connection breaks, or handles go stale, or it wants
 * TPM2_Startup. Then everything is set up again, the AK loaded from its blob, and the operation run once more; operations
 * are made so that this does no harm. If that fails too the caller gets the {@link TpmException} and may come again.
 */
public final class AttestationTpm implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AttestationTpm.class);
    private static final int TRANSPORT_PCR = 16;
    private static final int QUOTE_ATTEMPTS = 5;
    private static final int MAX_CREDENTIAL = 64;
    private static final Duration LONGEST_QUEUE = Duration.ofSeconds(60);

    private final ReentrantLock lock = new ReentrantLock(true);
    private final TpmLink link;
    private final TpmCommands tpm;
    private final TpmKeySettings settings;
    private long generation;
    private @Nullable Loaded endorsementKey;
    private @Nullable AttestationKeyBlob attestationBlob;
    private @Nullable Integer attestationHandle;
    private PcrMask bankPcrs = PcrMask.NONE;

    private AttestationTpm(TpmLink link, TpmKeySettings settings) {
        this.link = link;
        this.tpm = new TpmCommands(link);
        this.settings = settings;
    }

    /**
     * Connects, clears leftovers and checks that the configured PCR bank can be quoted.
     *
     * @throws TpmException with the reason there is no use in going on
     */
    public static AttestationTpm open(TpmAddress address, TpmKeySettings settings) throws TpmException {
        return open(new TpmLink(() -> ChannelTransport.open(address)), settings);
    }

    static AttestationTpm open(TpmLink link, TpmKeySettings settings) throws TpmException {
        AttestationTpm device = new AttestationTpm(link, settings);
        try {
            device.recovering(device::checkBank);
        } catch (TpmException e) {
            device.close();
            throw e;
        }
        return device;
    }

    private PcrMask checkBank() throws TpmException {
        HashAlgorithm hash = settings.hash();
        PcrSelection banks = tpm.banks();
        PcrMask pcrs = banks.banks().stream()
                .filter(bank -> bank.hashId() == hash.tpmId())
                .map(PcrSelection.Bank::mask)
                .reduce(PcrMask.NONE, PcrMask::union);
        if (!pcrs.contains(TRANSPORT_PCR)) {
            String present = banks.banks().stream()
                    .filter(bank -> !bank.mask().isEmpty())
                    .map(bank -> bank.algorithm().map(HashAlgorithm::wireName).orElse("an unknown one"))
                    .collect(Collectors.joining(", "));
            throw new TpmException(
                    TpmProblem.UNSUPPORTED,
                    "the TPM keeps no " + hash.wireName() + " PCRs (it keeps: " + (present.isEmpty() ? "none" : present)
                            + "); set tpm_hash_alg to one of these, or switch the bank on with tpm2_pcrallocate and reboot");
        }
        bankPcrs = pcrs;
        return pcrs;
    }

    /** The configuration this was opened with. */
    public TpmKeySettings settings() {
        return settings;
    }

    /** The EK with the certificates the TPM holds for it; loads it, see {@link #releaseEndorsementKey}. */
    public EndorsementKey endorsementKey() throws TpmException {
        return recovering(() -> {
            TpmPublic ek = loadedEndorsementKey().publicArea();
            List<Octets> certificates = new EndorsementCertificates(tpm).read(ek);
            return new EndorsementKey(ek, certificates);
        });
    }

    /** Frees the EK's place in the TPM; it is loaded again by itself when needed. */
    public void releaseEndorsementKey() throws TpmException {
        recovering(() -> {
            dropEndorsementKey();
            return PcrMask.NONE;
        });
    }

    /** Makes a new AK under the EK and uses it from now on. The caller keeps the blob. */
    public AttestationKeyBlob createAttestationKey() throws TpmException {
        return recovering(() -> {
            dropAttestationKey();
            AttestationKeyBlob blob = tpm.create(
                    loadedEndorsementKey(), KeyTemplates.attestationKey(settings), settings.endorsementPassword());
            attestationBlob = blob;
            loadAttestationKey(blob);
            return blob;
        });
    }

    /**
     * Uses an AK made earlier.
     *
     * @throws TpmException {@link TpmProblem#FOREIGN_BLOB} if this TPM did not make it
     */
    public void useAttestationKey(AttestationKeyBlob blob) throws TpmException {
        recovering(() -> {
            dropAttestationKey();
            attestationBlob = null;
            try {
                loadAttestationKey(blob);
            } catch (TpmException e) {
                throw switch (e.problem()) {
                    case FOREIGN_BLOB, REFUSED ->
                        e.as(
                                TpmProblem.FOREIGN_BLOB,
                                "the stored attestation key was not made by this TPM, or was altered: "
                                        + e.getMessage());
                    default -> e;
                };
            }
            attestationBlob = blob;
            return blob;
        });
    }

    /** The AK's handle in the TPM, for {@code /agent/info}; empty while there is none. */
    public Optional<Long> attestationKeyHandle() {
        lock.lock();
        try {
            return Optional.ofNullable(attestationHandle).map(Integer::toUnsignedLong);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Opens a registrar's challenge: proof that EK and AK are in this one TPM.
     *
     * @return the secret; clear it after use
     * @throws TpmException {@link TpmProblem#FOREIGN_BLOB} if it was made for another TPM or AK
     */
    public byte[] activateCredential(CredentialBlob credential) throws TpmException {
        return recovering(() -> {
            try {
                byte[] secret = tpm.activate(
                        loadedAttestationKey(),
                        loadedEndorsementKey(),
                        credential.integrityHmac().toByteArray(),
                        credential.encryptedIdentity().toByteArray(),
                        credential.encryptedSecret().toByteArray(),
                        settings.endorsementPassword());
                if (secret.length > MAX_CREDENTIAL) {
                    Arrays.fill(secret, (byte) 0);
                    throw new TpmException(
                            TpmProblem.MALFORMED_ANSWER, "the activated credential is longer than any digest");
                }
                return secret;
            } catch (TpmException e) {
                boolean foreign = switch (e.problem()) {
                    // Depending on where the foreign data first fails to fit: HMAC, OAEP padding, sizes or point.
                    case FOREIGN_BLOB, REFUSED -> true;
                    // libtpms says TPM_RC_FAILURE where OAEP padding does not fit, and is well all the same.
                    case BROKEN -> answers();
                    default -> false;
                };
                throw foreign
                        ? e.as(
                                TpmProblem.FOREIGN_BLOB,
                                "the registrar's challenge cannot be opened by this TPM: it was made for another endorsement or"
                                        + " attestation key (" + e.getMessage() + ")")
                        : e;
            }
        });
    }

    /** False in failure mode, where a TPM refuses everything but questions about itself (TPM 2.0 Part 1 §12.3). */
    private boolean answers() {
        try {
            tpm.readPcrs(settings.hash(), PcrMask.NONE.with(TRANSPORT_PCR));
            return true;
        } catch (TpmException e) {
            return false;
        }
    }

    /**
     * Quotes PCR 16, bound to the transport key, and the PCRs of the mask.
     *
     * @param nonce qualifying data; a TPM takes at most 2 bytes more than its largest digest
     * @param mask further PCRs; must exist in the bank
     * @param transportKeyPem the text whose hash PCR 16 holds
     */
    public QuoteText quote(byte[] nonce, PcrMask mask, String transportKeyPem) throws TpmException {
        return recovering(() -> {
            PcrMask quoted = mask.with(TRANSPORT_PCR);
            if (!bankPcrs.containsAll(quoted)) {
                throw new TpmException(
                        TpmProblem.UNSUPPORTED,
                        "the TPM's " + settings.hash().wireName() + " bank has no PCRs " + quoted.minus(bankPcrs));
            }
            for (int attempt = 0; attempt < QUOTE_ATTEMPTS; attempt++) {
                PcrValues values = boundValues(quoted, transportKeyPem);
                RawQuote raw = tpm.quote(loadedAttestationKey(), nonce, settings.hash(), quoted);
                if (covers(raw, values)) {
                    return new QuoteText(raw.attest(), raw.signature(), Octets.copyOf(new PcrBlob(values).encode()));
                }
                LOG.debug("a PCR changed between reading and quoting, attempt {}", attempt + 1);
            }
            throw new TpmException(
                    TpmProblem.PCRS_CHANGING,
                    "PCRs of " + quoted + " changed each of the " + QUOTE_ATTEMPTS + " times they were quoted");
        });
    }

    /** The values to be quoted, PCR 16 reset and extended first unless it already holds what it should. */
    private PcrValues boundValues(PcrMask quoted, String transportKeyPem) throws TpmException {
        HashAlgorithm bank = settings.hash();
        Optional<Octets> bound = Optional.of(TransportKeyBinding.pcr16(bank, transportKeyPem));
        PcrValues values = tpm.readPcrs(bank, quoted);
        if (values.value(TRANSPORT_PCR).equals(bound)) {
            return values;
        }
        tpm.resetPcr(TRANSPORT_PCR);
        tpm.extendPcr(TRANSPORT_PCR, bank, TransportKeyBinding.measurement(bank, transportKeyPem));
        return tpm.readPcrs(bank, quoted);
    }

    private boolean covers(RawQuote raw, PcrValues values) throws TpmException {
        try {
            if (Attest.parse(raw.attest()) instanceof Attest.Quote quote) {
                return quote.pcrDigest().contentEquals(values.digest(settings.hash()));
            }
        } catch (TpmFormatException e) {
            throw new TpmException(TpmProblem.MALFORMED_ANSWER, "TPM2_Quote: " + e.sentence(), e);
        }
        throw new TpmException(TpmProblem.MALFORMED_ANSWER, "TPM2_Quote: the answer is no quote");
    }

    // --- keys and recovery; all below runs under the lock ---

    @FunctionalInterface
    private interface Work<T> {
        T run() throws TpmException;
    }

    private <T> T recovering(Work<T> work) throws TpmException {
        enter();
        try {
            try {
                prepare();
                return work.run();
            } catch (TpmException e) {
                switch (e.problem()) {
                    case LINK_LOST, NOT_INITIALISED, STALE_HANDLE -> {
                        LOG.warn("{}; setting the TPM up again", e.getMessage());
                        generation = 0;
                    }
                    default -> throw e;
                }
            }
            prepare();
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    private void enter() throws TpmException {
        try {
            if (lock.tryLock(LONGEST_QUEUE.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TpmException(TpmProblem.BUSY, "interrupted while waiting for the TPM", e);
        }
        throw new TpmException(
                TpmProblem.BUSY, "the TPM was in use by other requests for " + LONGEST_QUEUE.toSeconds() + " s");
    }

    /** After a new connection, or when handles went stale: start up, flush what is left, load the AK again. */
    private void prepare() throws TpmException {
        if (generation == link.generation()) {
            return;
        }
        endorsementKey = null;
        attestationHandle = null;
        tpm.startup();
        for (int kind : new int[] {
            TpmCommands.TRANSIENT_FIRST, TpmCommands.LOADED_SESSION_FIRST, TpmCommands.SAVED_SESSION_FIRST
        }) {
            for (int handle : tpm.handles(kind)) {
                LOG.info("flushing {} that an earlier user left in the TPM", Integer.toHexString(handle));
                tpm.flushQuietly(handle);
            }
        }
        generation = link.generation();
    }

    private Loaded loadedEndorsementKey() throws TpmException {
        Loaded loaded = endorsementKey;
        if (loaded == null) {
            loaded = settings.endorsementHandle().isPresent()
                    ? persistent(settings.endorsementHandle().getAsInt())
                    : made();
            endorsementKey = loaded;
        }
        return loaded;
    }

    private Loaded persistent(int handle) throws TpmException {
        try {
            Loaded loaded = new Loaded(handle, tpm.readPublic(handle));
            if (loaded.publicArea().algorithm() != settings.endorsement()) {
                throw new TpmException(
                        TpmProblem.UNSUPPORTED,
                        String.format("ek_handle = 0x%08x holds a key of kind ", handle)
                                + loaded.publicArea().algorithm().wireName() + ", tpm_encryption_alg says "
                                + settings.endorsement().wireName());
            }
            return loaded;
        } catch (TpmException e) {
            if (e.problem() == TpmProblem.STALE_HANDLE) {
                throw e.as(
                        TpmProblem.UNSUPPORTED,
                        String.format(
                                "ek_handle = 0x%08x: there is no key under this handle; set ek_handle = generate, or see"
                                        + " tpm2_getcap handles-persistent",
                                handle));
            }
            throw e;
        }
    }

    /**
     * The EK made from its template, or the very same key where the TPM already keeps it.
     *
     * <p>Making an RSA key takes a TPM up to a minute. Makers and provisioning tools therefore leave the EK under a
     * persistent handle of the range set aside for it (TCG "Registry of Reserved TPM 2.0 Handles and Localities", 81 01 00
     * 00 to 81 01 FF FF). Such a key is only taken if it is what the template would make: made from the template, and of
     * the certificate in NV. One that cannot be told apart from a stranger's is not touched.
     */
    private Loaded made() throws TpmException {
        for (int handle : tpm.handles(TpmCommands.PERSISTENT_ENDORSEMENT_FIRST)) {
            if (Integer.compareUnsigned(handle, TpmCommands.PERSISTENT_ENDORSEMENT_LAST) > 0) {
                break;
            }
            Optional<TpmPublic> kept = readable(handle).filter(this::isFromTemplate);
            if (kept.isPresent()
                    && !new EndorsementCertificates(tpm).read(kept.get()).isEmpty()) {
                return new Loaded(handle, kept.get());
            }
        }
        try {
            return tpm.createPrimary(
                    KeyTemplates.endorsementKey(settings.endorsement()), settings.endorsementPassword());
        } catch (TpmException e) {
            if (e.responseCode() != 0 && (e.problem() == TpmProblem.UNSUPPORTED || e.problem() == TpmProblem.REFUSED)) {
                throw e.as(
                        TpmProblem.UNSUPPORTED,
                        "the TPM cannot make a " + settings.endorsement().wireName()
                                + " endorsement key, see tpm_encryption_alg (" + e.getMessage() + ")");
            }
            throw e;
        }
    }

    /** Empty for a key of a kind that is no EK's here. */
    private Optional<TpmPublic> readable(int handle) throws TpmException {
        try {
            return Optional.of(tpm.readPublic(handle));
        } catch (TpmException e) {
            return switch (e.problem()) {
                case MALFORMED_ANSWER, UNSUPPORTED -> Optional.empty();
                default -> throw e;
            };
        }
    }

    private boolean isFromTemplate(TpmPublic key) {
        try {
            return key.algorithm() == settings.endorsement() && key.equals(TpmPublic.endorsementKey(key.publicKey()));
        } catch (TpmFormatException e) {
            return false;
        }
    }

    private void dropEndorsementKey() {
        Loaded loaded = endorsementKey;
        endorsementKey = null;
        if (loaded != null && loaded.isTransient()) {
            tpm.flushQuietly(loaded.handle());
        }
    }

    private int loadedAttestationKey() throws TpmException {
        Integer handle = attestationHandle;
        if (handle != null) {
            return handle;
        }
        AttestationKeyBlob blob = attestationBlob;
        if (blob == null) {
            throw new IllegalStateException("no attestation key was created or loaded yet");
        }
        boolean keep = endorsementKey != null;
        try {
            return loadAttestationKey(blob);
        } finally {
            if (!keep) {
                dropEndorsementKey();
            }
        }
    }

    private int loadAttestationKey(AttestationKeyBlob blob) throws TpmException {
        int handle = tpm.load(loadedEndorsementKey(), blob, settings.endorsementPassword());
        attestationHandle = handle;
        return handle;
    }

    private void dropAttestationKey() {
        Integer handle = attestationHandle;
        attestationHandle = null;
        if (handle != null) {
            tpm.flushQuietly(handle);
        }
    }

    /** Leaves nothing loaded in the TPM and closes the connection. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (generation != 0) {
                dropAttestationKey();
                dropEndorsementKey();
            }
            link.close();
        } finally {
            lock.unlock();
        }
    }
}
