package io.limelight.agent.tpm;

import io.limelight.agent.tpm.TpmCommand.Authorization;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.EndorsementPolicies;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrSelection;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tss.tpm.TPM2B_DIGEST;
import tss.tpm.TPM2_ActivateCredential_REQUEST;
import tss.tpm.TPM2_CreatePrimary_REQUEST;
import tss.tpm.TPM2_Create_REQUEST;
import tss.tpm.TPM2_GetCapability_REQUEST;
import tss.tpm.TPM2_NV_Read_REQUEST;
import tss.tpm.TPM2_PCR_Extend_REQUEST;
import tss.tpm.TPM2_PCR_Read_REQUEST;
import tss.tpm.TPM2_PolicyOR_REQUEST;
import tss.tpm.TPM2_PolicySecret_REQUEST;
import tss.tpm.TPM2_Quote_REQUEST;
import tss.tpm.TPM2_StartAuthSession_REQUEST;
import tss.tpm.TPMS_ID_OBJECT;
import tss.tpm.TPMS_NULL_SIG_SCHEME;
import tss.tpm.TPMS_PCR_SELECTION;
import tss.tpm.TPMS_SENSITIVE_CREATE;
import tss.tpm.TPMT_HA;
import tss.tpm.TPMT_PUBLIC;
import tss.tpm.TPMT_SYM_DEF;
import tss.tpm.TPM_ALG_ID;
import tss.tpm.TPM_CAP;
import tss.tpm.TPM_CC;
import tss.tpm.TPM_HANDLE;
import tss.tpm.TPM_SE;

/** Single TPM 2.0 commands (Part 3) in terms of our own types. Handles are plain integers, as the TPM gives them. */
final class TpmCommands {
    static final int TRANSIENT_FIRST = 0x80000000;
    static final int LOADED_SESSION_FIRST = 0x02000000;
    static final int SAVED_SESSION_FIRST = 0x03000000;
    static final int PERSISTENT_ENDORSEMENT_FIRST = 0x81010000;
    static final int PERSISTENT_ENDORSEMENT_LAST = 0x8101ffff;

    private static final int ENDORSEMENT = 0x4000000b;
    private static final int NULL_HANDLE = 0x40000007;
    private static final int NV_CHUNK = 512;
    private static final int MAX_CERTIFICATE = 16 * 1024;
    private static final int MAX_HANDLES = 254;

    private static final byte[] NOTHING = {};

    private final TpmLink link;

    TpmCommands(TpmLink link) {
        this.link = link;
    }

    /** TPM2_Startup; a TPM that was started before (the kernel or swtpm does it) says so, which is as good. */
    void startup() throws TpmException {
        try {
            link.execute(TpmCommand.of(TPM_CC.Startup, new byte[2]));
        } catch (TpmException e) {
            if (e.problem() != TpmProblem.NOT_INITIALISED) {
                throw e;
            }
        }
    }

    /** Handles in use from this one on, of its kind. */
    List<Integer> handles(int first) throws TpmException {
        List<Integer> found = new ArrayList<>();
        int from = first;
        while (true) {
            TpmAnswer in = link.execute(TpmCommand.of(
                    TPM_CC.GetCapability, new TPM2_GetCapability_REQUEST(TPM_CAP.HANDLES, from, MAX_HANDLES)));
            boolean more = in.u8() != 0;
            in.u32();
            int count = in.count(MAX_HANDLES);
            for (int i = 0; i < count; i++) {
                found.add(in.u32());
            }
            if (!more || count == 0 || found.size() > MAX_HANDLES) {
                return found;
            }
            from = found.getLast() + 1;
        }
    }

    /** The allocated PCRs of each bank. */
    PcrSelection banks() throws TpmException {
        TpmAnswer in =
                link.execute(TpmCommand.of(TPM_CC.GetCapability, new TPM2_GetCapability_REQUEST(TPM_CAP.PCRS, 0, 1)));
        in.u8();
        in.u32();
        return selection(in);
    }

    private static PcrSelection selection(TpmAnswer in) throws TpmException {
        int count = in.count(16);
        List<PcrSelection.Bank> banks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int hash = in.u16();
            int size = in.u8();
            if (size > 4) {
                throw in.malformed("a PCR selection of " + size + " bytes");
            }
            int bits = 0;
            for (int b = 0; b < size; b++) {
                bits |= in.u8() << (8 * b);
            }
            banks.add(new PcrSelection.Bank(hash, new PcrMask(bits)));
        }
        return new PcrSelection(banks);
    }

    void flush(int handle) throws TpmException {
        // The handle of TPM2_FlushContext is a parameter (Part 3 §28.4).
        link.execute(TpmCommand.of(
                TPM_CC.FlushContext, ByteBuffer.allocate(4).putInt(handle).array()));
    }

    /** As {@link #flush}, when it does not matter whether the handle was still good. */
    void flushQuietly(int handle) {
        try {
            flush(handle);
        } catch (TpmException e) {
            // It is gone, or the connection is and with it the handle.
        }
    }

    /** Size and attributes are not needed apart: NV_ReadPublic, then NV_Read in chunks with the index's own empty password. */
    byte[] nvRead(int index) throws TpmException {
        TpmAnswer in = link.execute(TpmCommand.of(TPM_CC.NV_ReadPublic, NOTHING, index));
        in.u16(); // size of TPM2B_NV_PUBLIC
        in.u32(); // nvIndex
        in.u16(); // nameAlg
        in.u32(); // attributes
        in.sized(); // authPolicy
        int size = in.u16();
        if (size > MAX_CERTIFICATE) {
            throw in.malformed("an NV index of " + size + " bytes where a certificate is expected");
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream(size);
        while (content.size() < size) {
            int chunk = Math.min(NV_CHUNK, size - content.size());
            TPM_HANDLE handle = new TPM_HANDLE(index);
            TpmAnswer part = link.execute(TpmCommand.of(
                            TPM_CC.NV_Read,
                            new TPM2_NV_Read_REQUEST(handle, handle, chunk, content.size()),
                            index,
                            index)
                    .authorizedBy(Authorization.noPassword()));
            byte[] bytes = part.sized();
            if (bytes.length == 0) {
                throw part.malformed("an NV read gives nothing");
            }
            content.writeBytes(bytes);
        }
        return content.toByteArray();
    }

    /** A key in the TPM. */
    record Loaded(int handle, TpmPublic publicArea) {
        /** Whether it takes one of the few places for keys until it is flushed (TPM_HT_TRANSIENT, Part 2 §7.2). */
        boolean isTransient() {
            return handle >>> 24 == TRANSIENT_FIRST >>> 24;
        }
    }

    /** TPM2_CreatePrimary in the endorsement hierarchy. */
    Loaded createPrimary(TPMT_PUBLIC template, SecretBytes password) throws TpmException {
        TpmCommand command = TpmCommand.of(
                        TPM_CC.CreatePrimary,
                        new TPM2_CreatePrimary_REQUEST(
                                new TPM_HANDLE(ENDORSEMENT),
                                new TPMS_SENSITIVE_CREATE(),
                                template,
                                NOTHING,
                                new TPMS_PCR_SELECTION[0]),
                        ENDORSEMENT)
                .returningHandle()
                .makingKey();
        TpmAnswer in = withPassword(command, password);
        try {
            return new Loaded(in.handle(), publicArea(in, in.sized()));
        } catch (TpmException e) {
            flushQuietly(in.handle());
            throw e;
        }
    }

    private TpmAnswer withPassword(TpmCommand command, SecretBytes password) throws TpmException {
        byte[] clear = password.apply(byte[]::clone);
        try {
            return link.execute(command.authorizedBy(Authorization.password(clear)));
        } finally {
            TpmCommand.clear(clear);
        }
    }

    TpmPublic readPublic(int handle) throws TpmException {
        TpmAnswer in = link.execute(TpmCommand.of(TPM_CC.ReadPublic, NOTHING, handle));
        return publicArea(in, in.sized());
    }

    private static TpmPublic publicArea(TpmAnswer in, byte[] tpmt) throws TpmException {
        try {
            return TpmPublic.fromTpmt(tpmt);
        } catch (TpmFormatException e) {
            throw in.malformed(e.sentence());
        }
    }

    /** Satisfies an EK's policy in a fresh session, which the next command that uses it consumes. */
    int endorsementSession(TpmPublic ek, SecretBytes password) throws TpmException {
        HashAlgorithm hash = ek.nameAlgorithm();
        boolean policyB;
        if (hash == HashAlgorithm.SHA1) {
            throw unknownPolicy();
        } else if (ek.authPolicy().equals(EndorsementPolicies.policyA(hash))) {
            policyB = false;
        } else if (ek.authPolicy().equals(EndorsementPolicies.policyB(hash))) {
            policyB = true;
        } else {
            throw unknownPolicy();
        }
        TpmAnswer in = link.execute(TpmCommand.of(
                        TPM_CC.StartAuthSession,
                        new TPM2_StartAuthSession_REQUEST(
                                new TPM_HANDLE(NULL_HANDLE),
                                new TPM_HANDLE(NULL_HANDLE),
                                new byte[16], // nonceCaller: nothing in this session is keyed, so it need not be random
                                NOTHING,
                                TPM_SE.POLICY,
                                new TPMT_SYM_DEF(TPM_ALG_ID.NULL, 0, TPM_ALG_ID.NULL),
                                KeyTemplates.algorithm(hash)),
                        NULL_HANDLE,
                        NULL_HANDLE)
                .returningHandle());
        int session = in.handle();
        try {
            TPM_HANDLE tssSession = new TPM_HANDLE(session);
            withPassword(
                    TpmCommand.of(
                            TPM_CC.PolicySecret,
                            new TPM2_PolicySecret_REQUEST(
                                    new TPM_HANDLE(ENDORSEMENT), tssSession, NOTHING, NOTHING, NOTHING, 0),
                            ENDORSEMENT,
                            session),
                    password);
            if (policyB) {
                TPM2B_DIGEST[] branches = {
                    new TPM2B_DIGEST(EndorsementPolicies.policyA(hash).toByteArray()),
                    new TPM2B_DIGEST(EndorsementPolicies.policyC(hash).toByteArray())
                };
                link.execute(TpmCommand.of(TPM_CC.PolicyOR, new TPM2_PolicyOR_REQUEST(tssSession, branches), session));
            }
            return session;
        } catch (TpmException e) {
            flushQuietly(session);
            throw e;
        }
    }

    private static TpmException unknownPolicy() {
        return new TpmException(
                TpmProblem.UNSUPPORTED,
                "the endorsement key's policy is none of the TCG profile's, so this program cannot use the key; set ek_handle"
                        + " = generate");
    }

    /** TPM2_Create under the EK. */
    AttestationKeyBlob create(Loaded ek, TPMT_PUBLIC template, SecretBytes password) throws TpmException {
        TpmAnswer in = withSession(
                ek,
                password,
                session -> link.execute(TpmCommand.of(
                                TPM_CC.Create,
                                new TPM2_Create_REQUEST(
                                        new TPM_HANDLE(ek.handle()),
                                        new TPMS_SENSITIVE_CREATE(),
                                        template,
                                        NOTHING,
                                        new TPMS_PCR_SELECTION[0]),
                                ek.handle())
                        .authorizedBy(Authorization.policy(session))
                        .makingKey()));
        byte[] privatePart = in.sized();
        return new AttestationKeyBlob(publicArea(in, in.sized()), Octets.copyOf(privatePart));
    }

    /** TPM2_Load under the EK; the blob's own bytes, not a re-encoding. */
    int load(Loaded ek, AttestationKeyBlob key, SecretBytes password) throws TpmException {
        byte[] publicPart = key.publicArea().tpm2b();
        byte[] privatePart = key.privatePart().toByteArray();
        byte[] parameters = ByteBuffer.allocate(2 + privatePart.length + publicPart.length)
                .putShort((short) privatePart.length)
                .put(privatePart)
                .put(publicPart)
                .array();
        return withSession(
                        ek,
                        password,
                        session -> link.execute(TpmCommand.of(TPM_CC.Load, parameters, ek.handle())
                                .authorizedBy(Authorization.policy(session))
                                .returningHandle()))
                .handle();
    }

    /** TPM2_ActivateCredential. */
    byte[] activate(int akHandle, Loaded ek, byte[] hmac, byte[] identity, byte[] seed, SecretBytes password)
            throws TpmException {
        return withSession(
                        ek,
                        password,
                        session -> link.execute(TpmCommand.of(
                                        TPM_CC.ActivateCredential,
                                        new TPM2_ActivateCredential_REQUEST(
                                                new TPM_HANDLE(akHandle),
                                                new TPM_HANDLE(ek.handle()),
                                                new TPMS_ID_OBJECT(hmac, identity),
                                                seed),
                                        akHandle,
                                        ek.handle())
                                .authorizedBy(Authorization.noPassword(), Authorization.policy(session))))
                .sized();
    }

    private interface Use {
        TpmAnswer in(int session) throws TpmException;
    }

    private TpmAnswer withSession(Loaded ek, SecretBytes password, Use use) throws TpmException {
        int session = endorsementSession(ek.publicArea(), password);
        try {
            return use.in(session);
        } catch (TpmException e) {
            flushQuietly(session); // a command that succeeds ends the session itself
            throw e;
        }
    }

    void resetPcr(int pcr) throws TpmException {
        link.execute(TpmCommand.of(TPM_CC.PCR_Reset, NOTHING, pcr).authorizedBy(Authorization.noPassword()));
    }

    void extendPcr(int pcr, HashAlgorithm bank, Octets digest) throws TpmException {
        TPMT_HA[] digests = {new TPMT_HA(KeyTemplates.algorithm(bank), digest.toByteArray())};
        link.execute(TpmCommand.of(TPM_CC.PCR_Extend, new TPM2_PCR_Extend_REQUEST(new TPM_HANDLE(pcr), digests), pcr)
                .authorizedBy(Authorization.noPassword()));
    }

    /** TPM2_PCR_Read gives at most eight values at once, so it is repeated until all are here. */
    PcrValues readPcrs(HashAlgorithm bank, PcrMask mask) throws TpmException {
        Map<Integer, Octets> values = new HashMap<>();
        PcrMask missing = mask;
        while (!missing.isEmpty()) {
            TpmAnswer in =
                    link.execute(TpmCommand.of(TPM_CC.PCR_Read, new TPM2_PCR_Read_REQUEST(selection(bank, missing))));
            in.u32(); // update counter: the quote's digest is the stronger check
            PcrSelection given = selection(in);
            PcrMask read = given.banks().isEmpty()
                    ? PcrMask.NONE
                    : given.banks().getFirst().mask();
            int count = in.count(8);
            if (read.isEmpty() || !missing.containsAll(read) || count != read.size()) {
                throw new TpmException(
                        TpmProblem.UNSUPPORTED, "the TPM's " + bank.wireName() + " bank lacks PCRs of " + missing);
            }
            for (int pcr : read.pcrs().toArray()) {
                byte[] value = in.sized();
                if (value.length != bank.digestSize()) {
                    throw in.malformed("PCR " + pcr + " has " + value.length + " bytes");
                }
                values.put(pcr, Octets.copyOf(value));
            }
            missing = missing.minus(read);
        }
        return PcrValues.of(bank, values);
    }

    /** What TPM2_Quote gives, byte for byte. */
    record RawQuote(Octets attest, Octets signature) {}

    RawQuote quote(int akHandle, byte[] nonce, HashAlgorithm bank, PcrMask mask) throws TpmException {
        TpmAnswer in = link.execute(TpmCommand.of(
                        TPM_CC.Quote,
                        new TPM2_Quote_REQUEST(
                                new TPM_HANDLE(akHandle), nonce, new TPMS_NULL_SIG_SCHEME(), selection(bank, mask)),
                        akHandle)
                .authorizedBy(Authorization.noPassword()));
        return new RawQuote(Octets.copyOf(in.sized()), Octets.copyOf(in.rest()));
    }

    private static TPMS_PCR_SELECTION[] selection(HashAlgorithm bank, PcrMask mask) {
        int bits = mask.bits();
        TPM_ALG_ID hash = KeyTemplates.algorithm(bank);
        return new TPMS_PCR_SELECTION[] {
            new TPMS_PCR_SELECTION(hash, new byte[] {(byte) bits, (byte) (bits >>> 8), (byte) (bits >>> 16)})
        };
    }
}
