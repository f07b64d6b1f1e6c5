package io.limelight.console.words;

/** Makes a text look foreign and a third longer, and leaves its {@code {arguments}} alone. */
final class PseudoText {
    private static final String PLAIN = "aceinosuyAEIOUCNS";
    private static final String ACCENTED = "äçéïñöšüýÅÉÎÖÜÇÑŠ";

    private PseudoText() {}

    static String of(String pattern) {
        StringBuilder text = new StringBuilder("[");
        int depth = 0;
        int letters = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
            }
            int found = depth == 0 ? PLAIN.indexOf(c) : -1;
            letters += depth == 0 && Character.isLetter(c) ? 1 : 0;
            text.append(found < 0 ? c : ACCENTED.charAt(found));
        }
        return text.append(" ö".repeat(letters / 6 + 1)).append(']').toString();
    }
}
