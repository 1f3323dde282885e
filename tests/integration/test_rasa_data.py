"""What `rasa data validate` asks of domain, rules and examples."""

import subprocess
import sys

from bot.settings import ROOT

# In a process of its own: the stand-ins of `lean` come before any import of Rasa.
CHECK = """
from bot.components import lean
lean.install()
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.validator import Validator
importer = RasaFileImporter("bot/config.yml", "bot/domain", ["data/nlu/a", "data/rules", "data/stories"])
rasa = Validator.from_importer(importer)
for verify in (rasa.verify_domain_validity, rasa.verify_actions_in_stories_rules, rasa.verify_form_slots,
               rasa.verify_slot_mappings):
    assert verify(), verify.__name__
for verify in (rasa.verify_intents, rasa.verify_intents_in_stories, rasa.verify_utterances_in_stories,
               rasa.verify_story_structure):
    assert verify(ignore_warnings=True), verify.__name__
"""


def test_rasa_finds_domain_rules_and_examples_valid() -> None:
    run = subprocess.run([sys.executable, "-c", CHECK], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
