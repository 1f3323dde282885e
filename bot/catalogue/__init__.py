"""Services, their opening hours, who fits whom, and their Open Referral forms. Pure: no web, no Rasa."""
