/* later_words.ts - the words of pages that few look at, and rarely: learnt when the first of them is opened. */
import more from "leyden:texts/later";
import { learn } from "../shared/i18n";

learn(more.texts);
