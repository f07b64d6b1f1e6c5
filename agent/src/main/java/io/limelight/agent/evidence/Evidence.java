package io.limelight.agent.evidence;

import io.limelight.agent.keys.TransportKey;
import io.limelight.agent.tpm.AttestationTpm;
import io.limelight.agent.tpm.TpmException;
import io.limelight.agent.tpm.TpmKeySettings;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.json.LongText;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.QuoteText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers quote requests: the TPM's quote, what binds the transport key to it, and the logs behind the PCRs. */
public final class Evidence implements AutoCloseable {
    private final AttestationTpm tpm;
    private final TransportKey transportKey;
    private final Optional<ImaList> imaList;
    private final Optional<BootLog> bootLog;

    /** The logs are owned, and closed, by the new object; the TPM is not. */
    public Evidence(
            AttestationTpm tpm, TransportKey transportKey, Optional<ImaList> imaList, Optional<BootLog> bootLog) {
        this.tpm = tpm;
        this.transportKey = transportKey;
        this.imaList = imaList;
        this.bootLog = bootLog;
    }

    /** {@code /quotes/identity}: PCR 16 only, always with the transport key. */
    public QuoteResults identity(ApiVersion version, String nonce) throws TpmException {
        QuoteText quote = tpm.quote(nonce.getBytes(StandardCharsets.UTF_8), PcrMask.NONE, transportKey.pem());
        return results(version, quote, true, null, null, null);
    }

    /**
     * {@code /quotes/integrity}. The IMA list is read after the quote: it may then hold more than PCR 10 does, which a verifier
     * can tell apart, but never less.
     *
     * @throws IOException if a log that is there cannot be read
     */
    public Answer integrity(ApiVersion version, QuoteRequests.Integrity request) throws TpmException, IOException {
        QuoteText quote =
                tpm.quote(request.nonce().getBytes(StandardCharsets.UTF_8), request.mask(), transportKey.pem());
        ImaList.Slice ima = imaList.isPresent() ? imaList.get().from(request.imaEntry()) : null;
        String boot = request.mask().contains(0) && bootLog.isPresent()
                ? bootLog.get().base64()
                : null;
        return switch (ima) {
            case null -> new Answer(results(version, quote, request.withKey(), null, null, boot), null);
            case ImaList.Lines(long entry, String text) ->
                new Answer(results(version, quote, request.withKey(), text, entry, boot), null);
            case ImaList.Region(long entry, LongText text) ->
                new Answer(results(version, quote, request.withKey(), null, entry, boot), text);
        };
    }

    /**
     * What is answered.
     *
     * @param results all of it, without a list that is too long to be held in memory
     * @param longList that list, for the member {@code ima_measurement_list}
     */
    public record Answer(QuoteResults results, @Nullable LongText longList) {}

    private QuoteResults results(
            ApiVersion version,
            QuoteText quote,
            boolean withKey,
            @Nullable String imaList,
            @Nullable Long imaEntry,
            @Nullable String bootLogBase64) {
        TpmKeySettings settings = tpm.settings();
        return new QuoteResults(
                quote.format(),
                settings.hash().wireName(),
                encryptionName(version),
                settings.signing().wireName(),
                withKey ? transportKey.pem() : null,
                imaList,
                imaEntry,
                bootLogBase64,
                null);
    }

    /** The EK's kind; peers older than API 2.5 know RSA-2048 and P-256 by their short names only. */
    public String encryptionName(ApiVersion version) {
        return version.compareTo(ApiVersion.V2_5) < 0
                ? tpm.settings().endorsement().shortWireName()
                : tpm.settings().endorsement().wireName();
    }

    @Override
    public void close() {
        imaList.ifPresent(ImaList::close);
        bootLog.ifPresent(BootLog::close);
    }
}
