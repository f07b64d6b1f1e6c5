/** IMA measurement lists: their grammar, template data and hashes, replay into PCR 10, file signatures and keyrings. Not policies. */
@NullMarked
package io.limelight.core.ima;

import org.jspecify.annotations.NullMarked;
