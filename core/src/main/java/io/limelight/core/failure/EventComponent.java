package io.limelight.core.failure;

/** First parts of event ids. */
public enum EventComponent {
    /** Quotes. The misspelling is the wire format: administrators' severity rules match it. */
    QUOTE_VALIDATION("qoute_validation"),
    /** PCR values. */
    PCR_VALIDATION("pcr_validation"),
    /** Boot logs. */
    MEASURED_BOOT("measured_boot"),
    /** IMA lists. */
    IMA("ima"),
    /** The verifier itself: communication, versions, faults. */
    INTERNAL_VERIFIER("internal.verifier"),
    /** Evidence of trusted execution environments. */
    TEE_ATTESTATION("tee_attestation"),
    /** Everything else. */
    DEFAULT("default");

    private final String text;

    EventComponent(String text) {
        this.text = text;
    }

    /** The component's text. */
    public String text() {
        return text;
    }

    /** The id of an event of this component, for example {@code pcr_validation.invalid_pcr_7}. */
    public String id(String type) {
        return text + "." + type;
    }
}
