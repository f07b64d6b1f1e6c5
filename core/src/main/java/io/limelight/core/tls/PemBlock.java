package io.limelight.core.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One object of a PEM text (RFC 7468 §3); whatever stands between objects is explanation.
 *
 * @param label what it says it is, {@code CERTIFICATE}
 * @param body base64 with its line ends, and the headers of old encrypted keys
 * @param origin what to call the text in an error
 */
record PemBlock(String label, String body, String origin) {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** Every object of the text, in order. */
    static List<PemBlock> all(String text, String origin) throws TlsSetupException {
        List<PemBlock> blocks = new ArrayList<>();
        for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, begin)) {
            int labelAt = begin + BEGIN.length();
            int labelEnd = text.indexOf(DASHES, labelAt);
            if (labelEnd < 0) {
                throw cutOff(origin);
            }
            String label = text.substring(labelAt, labelEnd);
            int bodyAt = labelEnd + DASHES.length();
            int end = text.indexOf(END + label + DASHES, bodyAt);
            int next = text.indexOf(BEGIN, bodyAt);
            if (label.indexOf('\n') >= 0 || end < 0 || (next >= 0 && next < end)) {
                throw cutOff(origin);
            }
            blocks.add(new PemBlock(label, text.substring(bodyAt, end), origin));
            begin = end;
        }
        return blocks;
    }

    private static TlsSetupException cutOff(String origin) {
        return new TlsSetupException(origin + " is not readable PEM: an object begins and does not end");
    }

    /** The bytes. */
    byte[] der() throws TlsSetupException {
        StringBuilder base64 = new StringBuilder(body.length());
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
                base64.append(c);
            }
        }
        try {
            return Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException e) {
            throw new TlsSetupException(origin + " is not readable PEM: what is between the marks is not base64", e);
        }
    }
}
